package io.gatehouse.filters.edge;

import io.gatehouse.config.Suggestion;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The headers that {@code security-headers} knows, and what its preset says (OWASP Secure Headers Project). */
final class SecurityHeaders {
    static final Map<String, String> STRICT = Map.of(
            "strict-transport-security", "max-age=63072000; includeSubDomains",
            "content-security-policy",
                    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
            "x-content-type-options", "nosniff",
            "x-frame-options", "DENY",
            "referrer-policy", "no-referrer",
            "permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "cross-origin-opener-policy", "same-origin",
            "cross-origin-resource-policy", "same-origin",
            "x-permitted-cross-domain-policies", "none");
    /** What tells an attacker which software answers; the preset takes it away. */
    static final Set<String> TELLING = Set.of("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version");

    private static final Set<String> ON_REQUEST = Set.of(
            "content-security-policy-report-only",
            "cross-origin-embedder-policy",
            "cross-origin-embedder-policy-report-only",
            "cross-origin-opener-policy-report-only",
            "origin-agent-cluster",
            "reporting-endpoints",
            "x-dns-prefetch-control",
            "x-download-options",
            "x-robots-tag",
            "x-xss-protection");

    private SecurityHeaders() {}

    /** The lower-case name, where it is one that this filter knows: a name with a slip would protect nobody. */
    static AsciiString known(String key, String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (!STRICT.containsKey(lower) && !TELLING.contains(lower) && !ON_REQUEST.contains(lower)) {
            var all = new TreeSet<>(STRICT.keySet());
            all.addAll(TELLING);
            all.addAll(ON_REQUEST);
            throw new IllegalArgumentException(
                    key + ": expected a security header, got `" + name + "`" + Suggestion.of(lower, all));
        }
        return AsciiString.cached(lower);
    }
}
