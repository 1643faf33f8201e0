package io.gatehouse.filters.cors;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers preflights, and says to browsers which pages may read an answer (Fetch standard, CORS protocol). It alone says so: what
 * the target says of it is taken away.
 */
final class CorsFilter implements Filter {
    private static final Set<String> ALWAYS = Set.of("GET", "HEAD", "POST");
    private static final AsciiString ORIGIN = AsciiString.cached("Origin");
    private static final List<AsciiString> OURS = List.of(
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN,
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
            HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
            HttpHeaderNames.ACCESS_CONTROL_MAX_AGE,
            AsciiString.cached("access-control-allow-private-network"));
    private static final Verdict.Deny NO_ORIGIN =
            denial("cors_origin_not_allowed", "pages of this origin may not call this route");
    private static final Verdict.Deny NO_METHOD =
            denial("cors_method_not_allowed", "pages may not use this method on this route");
    private static final Verdict.Deny NO_HEADER =
            denial("cors_header_not_allowed", "pages may not set one of these headers on this route");

    /** The origin that may read the answer; as it came, since later filters may take the header away. */
    private final Key<String> allowed = new Key<>("cors origin");

    private final Set<String> origins;
    private final boolean anyOrigin;
    private final Set<String> methods;
    private final Set<String> headers;
    private final boolean anyHeader;
    private final String methodsText;
    private final String headersText;
    private final String exposeText;
    private final boolean credentials;
    private final String maxAge;

    CorsFilter(CorsConfig config) {
        origins = Set.copyOf(config.origins());
        anyOrigin = origins.contains(CorsConfig.ANY);
        var usable = new TreeSet<>(ALWAYS);
        usable.addAll(config.methods());
        methods = Set.copyOf(usable);
        methodsText = String.join(", ", usable);
        headers = config.headers().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        anyHeader = headers.contains(CorsConfig.ANY);
        headersText = String.join(", ", config.headers());
        exposeText = String.join(", ", config.expose());
        credentials = config.credentials();
        maxAge = Long.toString(config.maxAge().toSeconds());
    }

    private static Verdict.Deny denial(String code, String detail) {
        return new Denial(code, 403, "forbidden", detail).deny();
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        var asked = exchange.requestHeaders();
        var origin = only(asked, HttpHeaderNames.ORIGIN);
        var reader = origin == null ? null : readerFor(origin);
        if (reader != null) {
            exchange.put(allowed, reader);
        }
        boolean preflight = exchange.method().equals(HttpMethod.OPTIONS)
                && asked.contains(HttpHeaderNames.ORIGIN)
                && asked.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        if (!preflight) {
            return Verdict.NEXT;
        }
        return reader == null ? NO_ORIGIN : preflight(asked);
    }

    /** Who may read the answer to a page of this origin, or {@code null}. */
    private @Nullable String readerFor(String origin) {
        return anyOrigin ? CorsConfig.ANY : origins.contains(origin) ? origin : null;
    }

    private Verdict preflight(HttpHeaders asked) {
        var method = only(asked, HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        if (method == null || !methods.contains(method)) {
            return NO_METHOD;
        }
        for (var line : asked.getAll(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS)) {
            for (var name : line.split(",", -1)) {
                if (!mayBeSet(name.strip().toLowerCase(Locale.ROOT))) {
                    return NO_HEADER;
                }
            }
        }
        return LocalResponse.of(204).answer();
    }

    /** {@code *} does not stand for Authorization (Fetch standard): that has to be named. */
    private boolean mayBeSet(String name) {
        return name.isEmpty() || headers.contains(name) || (anyHeader && !name.equals("authorization"));
    }

    private static @Nullable String only(HttpHeaders headers, CharSequence name) {
        var values = headers.getAll(name);
        return values.size() == 1 ? values.getFirst() : null;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        var answer = head.headers();
        OURS.forEach(answer::remove);
        boolean preflight = !head.fromTarget()
                && exchange.method().equals(HttpMethod.OPTIONS)
                && exchange.requestHeaders().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        if (!anyOrigin) {
            answer.add(HttpHeaderNames.VARY, ORIGIN);
        }
        if (preflight) {
            answer.add(HttpHeaderNames.VARY, "Access-Control-Request-Method, Access-Control-Request-Headers");
        }
        // for any origin also where none asks: a cache may give the answer to a page later
        var origin = anyOrigin ? CorsConfig.ANY : exchange.get(allowed);
        if (origin == null) {
            return;
        }
        answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if (credentials) {
            answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        if (!exposeText.isEmpty()) {
            answer.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, exposeText);
        }
        if (preflight && head.status() == 204) {
            answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, methodsText);
            answer.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, maxAge);
            if (!headersText.isEmpty()) {
                answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, headersText);
            }
        }
    }
}
