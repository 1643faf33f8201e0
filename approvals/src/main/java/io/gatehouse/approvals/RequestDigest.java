package io.gatehouse.approvals;

import io.gatehouse.policy.Principal;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an approval binds, as SHA-256 in lower-case hexadecimal over fields that cannot run into each other
 * ({@code docs/approvals.md} gives the bytes). Text with an unpaired surrogate is refused with
 * {@link IllegalArgumentException}, since it has no bytes of its own.
 */
public final class RequestDigest {
    private static final String HTTP = "gatehouse/request/http/1";
    private static final String CALL = "gatehouse/request/call/1";

    private RequestDigest() {}

    /**
     * Of a plain HTTP request.
     *
     * @param body the body's bytes, in any number of pieces
     */
    public static String ofHttp(Subject subject, HttpRequest request, ByteBuffer... body) {
        FieldHash hash = subject.into(new FieldHash(HTTP))
                .text(request.method())
                .text(request.authority())
                .text(request.path())
                .text(request.query())
                .count(request.boundHeaders().size());
        request.boundHeaders().forEach((name, values) -> {
            hash.text(name).count(values.size());
            values.forEach(hash::text);
        });
        return hash.bytes(body).hex();
    }

    /**
     * Of a call that an engine understood.
     *
     * @param canonical engine, operation, hash of its definition and canonical arguments
     */
    public static String ofCall(Subject subject, String canonical) {
        return subject.into(new FieldHash(CALL)).text(canonical).hex();
    }

    /** ASCII letters only: elsewhere two letters may share one lower case. */
    private static String lowerCase(String text) {
        var lower = new StringBuilder(text);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lower.setCharAt(i, (char) (c + 'a' - 'A'));
            }
        }
        return lower.toString();
    }

    /** Who asks, on which route. */
    public record Subject(String tenant, String principalType, String principalId, String route) {
        public Subject(String tenant, Principal principal, String route) {
            this(tenant, principal.type(), principal.id(), route);
        }

        private FieldHash into(FieldHash hash) {
            return hash.text(tenant).text(principalType).text(principalId).text(route);
        }
    }

    /**
     * What a plain request asks for.
     *
     * @param method as sent: methods are case-sensitive
     * @param authority host and port as the client named them; ASCII case does not count
     * @param path byte for byte as it goes to the target
     * @param query raw, without {@code ?}; {@code null} where there is none, which differs from an empty one
     * @param boundHeaders every name that the route binds, with its values in the order in which they came, empty where the
     *     request has none; the case and order of names do not count
     */
    public record HttpRequest(
            String method,
            String authority,
            String path,
            @Nullable String query,
            Map<String, List<String>> boundHeaders) {
        public HttpRequest {
            authority = lowerCase(authority);
            var sorted = new TreeMap<String, List<String>>();
            boundHeaders.forEach((name, values) -> {
                if (sorted.put(lowerCase(name), List.copyOf(values)) != null) {
                    throw new IllegalArgumentException("bound headers: `" + name + "` is named twice");
                }
            });
            boundHeaders = Collections.unmodifiableMap(sorted);
        }
    }
}
