package io.gatehouse.proxy.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From when to when a certificate with all that leads to its authority is good. */
public record Validity(Instant begins, Instant ends) {
    /** Who renews by hand wants to know this long before. */
    private static final Duration SOON = Duration.ofDays(14);

    static Validity of(Collection<X509Certificate> chain) {
        List<Instant> begins = chain.stream()
                .map(certificate -> certificate.getNotBefore().toInstant())
                .toList();
        List<Instant> ends = chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .toList();
        return new Validity(Collections.max(begins), Collections.min(ends));
    }

    /** What is to be said of it at {@code now}; {@code null} where it is good for long. */
    public @Nullable String concern(Instant now) {
        if (now.isAfter(ends)) {
            return "has expired at " + ends;
        }
        if (now.isBefore(begins)) {
            return "is not valid before " + begins;
        }
        return now.plus(SOON).isAfter(ends) ? "expires at " + ends : null;
    }
}
