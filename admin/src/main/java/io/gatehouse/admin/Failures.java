package io.gatehouse.admin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Counts wrong tokens by address and minute. A right bearer token is always let in, whatever others at its address send: a
 * token has 256 bits, so guessing one is no threat, and what the bound on bearer tokens saves is work. Sign-ins at the page
 * are counted by themselves, and whoever has used up the minute's tries is refused before the token is looked at; they have a
 * bound over all addresses besides.
 */
final class Failures {
    private static final int ADDRESSES = 10_000;
    private static final long WINDOW_MILLIS = 60_000;

    private final InstantSource clock;
    private final int perAddress;
    private final int total;
    private final LinkedHashMap<String, Integer> bearers = new LinkedHashMap<>();
    private final LinkedHashMap<String, Integer> signIns = new LinkedHashMap<>();
    private long windowStart;
    private int failedSignIns;

    Failures(InstantSource clock, AdminSettings.Limits limits) {
        this.clock = clock;
        this.perAddress = limits.failuresPerAddress();
        this.total = limits.failures();
    }

    /** One try of a caller that sends a bearer token. */
    Optional<AdminToken> bearer(InetAddress address, Supplier<Optional<AdminToken>> check) {
        var holder = check.get();
        if (holder.isEmpty()) {
            failedBearer(key(address));
        }
        return holder;
    }

    private synchronized void failedBearer(String address) {
        turnWindow();
        requireTries(bearers, address);
        count(bearers, address);
    }

    /** One try of a person at the page. */
    synchronized Optional<AdminToken> signIn(InetAddress address, Supplier<Optional<AdminToken>> check) {
        turnWindow();
        if (failedSignIns >= total) {
            throw tooMany();
        }
        String key = key(address);
        requireTries(signIns, key);
        var holder = check.get();
        if (holder.isEmpty()) {
            failedSignIns++;
            count(signIns, key);
        }
        return holder;
    }

    private void requireTries(Map<String, Integer> failures, String address) {
        if (failures.getOrDefault(address, 0) >= perAddress) {
            throw tooMany();
        }
    }

    private static void count(SequencedMap<String, Integer> failures, String address) {
        failures.merge(address, 1, Integer::sum);
        if (failures.size() > ADDRESSES) {
            failures.pollFirstEntry();
        }
    }

    private void turnWindow() {
        long now = clock.millis();
        if (now - windowStart >= WINDOW_MILLIS || now < windowStart) {
            windowStart = now;
            failedSignIns = 0;
            bearers.clear();
            signIns.clear();
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
