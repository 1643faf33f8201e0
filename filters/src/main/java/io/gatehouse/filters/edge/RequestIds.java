package io.gatehouse.filters.edge;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * UUIDs of version 7 (RFC 9562): sorted by time, and with 74 bits that nobody can guess. These come from AES-CTR, one
 * key stream a thread under one key that is drawn when the configuration is compiled, so no thread waits for another or for
 * the system's entropy.
 */
final class RequestIds {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int BLOCK = 1024;

    private final InstantSource clock;
    private final SecretKeySpec key;
    private final AtomicLong streams = new AtomicLong();
    private final FastThreadLocal<Stream> stream = new FastThreadLocal<>() {
        @Override
        protected Stream initialValue() throws GeneralSecurityException {
            return new Stream(key, streams.getAndIncrement());
        }
    };

    RequestIds(InstantSource clock) {
        this.clock = clock;
        var seed = new byte[16];
        new SecureRandom().nextBytes(seed);
        this.key = new SecretKeySpec(seed, "AES");
    }

    String next() {
        return stream.get().next(clock.millis());
    }

    /** One thread's key stream, and the text it writes into. */
    private static final class Stream {
        private static final byte[] ZEROS = new byte[BLOCK];

        private final Cipher cipher;
        private final byte[] random = new byte[BLOCK];
        private final byte[] text = new byte[36];
        private int used = BLOCK;

        Stream(SecretKeySpec key, long number) throws GeneralSecurityException {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
            // the upper half tells the threads apart, the lower half counts: no two blocks are ever the same
            var start = ByteBuffer.allocate(16).putLong(number).putLong(0).array();
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(start));
        }

        String next(long millis) {
            if (used == BLOCK) {
                refill();
            }
            int at = 0;
            for (int i = 0; i < 16; i++) {
                int octet = switch (i) {
                    case 0, 1, 2, 3, 4, 5 -> (int) (millis >>> (40 - 8 * i));
                    case 6 -> 0x70 | (random[used + i] & 0x0f);
                    case 8 -> 0x80 | (random[used + i] & 0x3f);
                    default -> random[used + i];
                };
                if (i == 4 || i == 6 || i == 8 || i == 10) {
                    text[at++] = '-';
                }
                text[at++] = HEX[(octet >> 4) & 0xf];
                text[at++] = HEX[octet & 0xf];
            }
            used += 16;
            return new String(text, StandardCharsets.ISO_8859_1);
        }

        private void refill() {
            try {
                cipher.update(ZEROS, 0, BLOCK, random);
                used = 0;
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("no random bytes", impossible);
            }
        }
    }
}
