package io.gatehouse.admin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Counts wrong tokens by address and minute. Who has used up the minute's tries is refused before the token is looked at, so
 * that a right one is answered like a wrong one. Sign-ins have a bound over all addresses besides, since tokens are typed
 * there; callers with a bearer token do not fall to it, or one stranger could lock out every tool.
 */
final class Failures {
    private static final int ADDRESSES = 10_000;
    private static final long WINDOW_MILLIS = 60_000;

    private final InstantSource clock;
    private final int perAddress;
    private final int total;
    private final LinkedHashMap<String, Integer> byAddress = new LinkedHashMap<>();
    private long windowStart;
    private int count;

    Failures(InstantSource clock, AdminSettings.Limits limits) {
        this.clock = clock;
        this.perAddress = limits.failuresPerAddress();
        this.total = limits.failures();
    }

    /** One try of a caller that sends a bearer token. */
    synchronized Optional<AdminToken> bearer(InetAddress address, Supplier<Optional<AdminToken>> check) {
        return attempt(key(address), check);
    }

    /** One try of a person at the page. */
    synchronized Optional<AdminToken> signIn(InetAddress address, Supplier<Optional<AdminToken>> check) {
        turnWindow();
        if (count >= total) {
            throw tooMany();
        }
        return attempt(key(address), check);
    }

    private Optional<AdminToken> attempt(String address, Supplier<Optional<AdminToken>> check) {
        turnWindow();
        if (byAddress.getOrDefault(address, 0) >= perAddress) {
            throw tooMany();
        }
        var holder = check.get();
        if (holder.isEmpty()) {
            count++;
            byAddress.merge(address, 1, Integer::sum);
            if (byAddress.size() > ADDRESSES) {
                byAddress.pollFirstEntry();
            }
        }
        return holder;
    }

    private void turnWindow() {
        long now = clock.millis();
        if (now - windowStart >= WINDOW_MILLIS || now < windowStart) {
            windowStart = now;
            count = 0;
            byAddress.clear();
        }
    }

    private Refusal tooMany() {
        long seconds = Math.max(1, (windowStart + WINDOW_MILLIS - clock.millis() + 999) / 1000);
        return Refusal.tooManyTries(seconds);
    }

    /** An IPv6 client owns a whole /64, so that is what counts. */
    private static String key(InetAddress address) {
        return address instanceof Inet6Address six
                ? HexFormat.of().formatHex(six.getAddress(), 0, 8)
                : address.getHostAddress();
    }
}
