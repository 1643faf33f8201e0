package io.gatehouse.filters.ratelimit;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one limit says to clients (draft-ietf-httpapi-ratelimit-headers-11), each text made once and kept where there are few
 * enough.
 */
final class LimitText {
    static final AsciiString POLICY_HEADER = AsciiString.cached("ratelimit-policy");
    static final AsciiString LIMIT_HEADER = AsciiString.cached("ratelimit");

    private static final int KEPT = 1024;
    private static final long SECOND = 1_000_000_000;

    private final AsciiString policy;
    private final byte[] name;
    private final long resetNanos;
    private final long costNanos;
    private final long most;
    // racy on purpose: the values are immutable, and two threads make the same ones
    private final @Nullable AsciiString[] left;
    private final @Nullable Refusal[] refusals = new Refusal[KEPT];

    /**
     * Texts for a limit.
     *
     * @param count requests in {@code period} nanoseconds
     * @param most the highest number that can be left
     * @param costNanos 0 where the whole allowance is back one period after the last request; else the time that each
     *     request takes to be paid back
     */
    LimitText(String by, long count, long period, long most, long costNanos) {
        var label = "\"" + by + "-" + count + "/" + period / SECOND + "s\"";
        this.name = (label + ";r=").getBytes(StandardCharsets.US_ASCII);
        this.policy = AsciiString.cached(label + ";q=" + count + ";w=" + period / SECOND);
        this.resetNanos = period;
        this.costNanos = costNanos;
        this.most = most;
        this.left = new AsciiString[(int) Math.min(most + 1, KEPT)];
    }

    /** A denial and the header that goes with it. */
    record Refusal(Verdict.Deny verdict, AsciiString header) {}

    AsciiString policy() {
        return policy;
    }

    AsciiString left(long remaining) {
        if (remaining >= left.length) {
            return header(remaining);
        }
        var known = left[(int) remaining];
        if (known == null) {
            known = header(remaining);
            left[(int) remaining] = known;
        }
        return known;
    }

    private AsciiString header(long remaining) {
        long nanos = costNanos == 0 ? resetNanos : (most - remaining) * costNanos;
        return header(remaining, seconds(nanos));
    }

    /** {@code "NAME";r=REMAINING;t=SECONDS}, put together in one array: a busy limit says another number each time. */
    private AsciiString header(long remaining, long seconds) {
        int remainingDigits = digits(remaining);
        int secondsDigits = digits(seconds);
        var text = new byte[name.length + remainingDigits + secondsDigits + 3];
        System.arraycopy(name, 0, text, 0, name.length);
        int at = name.length + remainingDigits;
        number(text, at, remaining);
        text[at++] = ';';
        text[at++] = 't';
        text[at++] = '=';
        number(text, at + secondsDigits, seconds);
        return new AsciiString(text, false);
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** Writes a number that ends before {@code end}. */
    private static void number(byte[] text, int end, long value) {
        int at = end;
        long rest = value;
        do {
            text[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
    }

    Refusal refusal(long waitNanos) {
        long seconds = Math.max(1, seconds(waitNanos));
        if (seconds >= KEPT) {
            return makeRefusal(seconds);
        }
        var known = refusals[(int) seconds];
        if (known == null) {
            known = makeRefusal(seconds);
            refusals[(int) seconds] = known;
        }
        return known;
    }

    private Refusal makeRefusal(long seconds) {
        var denial = new Denial(
                "rate_limited",
                429,
                "too many requests",
                "the limit is reached; wait as long as `Retry-After` says",
                Map.of("Retry-After", Long.toString(seconds)));
        return new Refusal(denial.deny(), header(0, seconds));
    }

    private static long seconds(long nanos) {
        return (nanos + SECOND - 1) / SECOND;
    }
}
