package io.gatehouse.audit.file;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * UUIDv7 (RFC 9562) that only ever grow, also where the clock is set back: 48 bits of milliseconds, a counter of 12 bits within
 * the millisecond (method 1), 62 random bits. Used by the writer's thread alone.
 */
final class EventIds {
    /** Length of the text form. */
    static final int TEXT = 36;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int COUNTER_LIMIT = 0xfff;

    private final byte[] pool = new byte[4096];
    private final SecureRandom random = new SecureRandom();
    private int used = pool.length;
    private long millis;
    private int counter;
    private long high;
    private long low;

    /** Makes every later id greater than the one whose first half is {@code lastHigh}. */
    void after(long lastHigh) {
        millis = lastHigh >>> 16;
        counter = (int) (lastHigh & COUNTER_LIMIT);
    }

    /** Moves on to the next id. */
    void next(long now) {
        if (now > millis) {
            millis = now;
            counter = 0;
        } else if (++counter > COUNTER_LIMIT) {
            millis++;
            counter = 0;
        }
        high = (millis << 16) | 0x7000 | counter;
        int at = random(8);
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = (bits << 8) | (pool[at + i] & 0xff);
        }
        low = (bits >>> 2) | (1L << 63);
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /** Writes {@code count} unpredictable bytes. */
    void salt(byte[] out, int at, int count) {
        System.arraycopy(pool, random(count), out, at, count);
    }

    private int random(int count) {
        if (pool.length - used < count) {
            random.nextBytes(pool);
            used = 0;
        }
        used += count;
        return used - count;
    }

    /** Writes the text form of an id. */
    static void write(long high, long low, byte[] out, int at) {
        int to = hex(high >>> 32, 8, out, at);
        out[to++] = '-';
        to = hex(high >>> 16, 4, out, to);
        out[to++] = '-';
        to = hex(high, 4, out, to);
        out[to++] = '-';
        to = hex(low >>> 48, 4, out, to);
        out[to++] = '-';
        hex(low, 12, out, to);
    }

    static String text(long high, long low) {
        byte[] out = new byte[TEXT];
        write(high, low, out, 0);
        return new String(out, StandardCharsets.US_ASCII);
    }

    private static int hex(long value, int digits, byte[] out, int at) {
        for (int i = 0; i < digits; i++) {
            out[at + i] = HEX[(int) ((value >>> (4 * (digits - 1 - i))) & 0xf)];
        }
        return at + digits;
    }
}
