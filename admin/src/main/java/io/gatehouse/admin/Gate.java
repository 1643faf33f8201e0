package io.gatehouse.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/** Decides, before a body is read, whether a request may go on: address, origin, route, caller. */
final class Gate {
    static final String PAGE_KEY = "x-gatehouse-page-key";
    private static final int MAX_QUERY_PARAMETERS = 10;
    private static final int MAX_TOKEN_LENGTH = 512;

    private final Set<String> hosts;
    private final List<Route> routes;
    private final Tokens tokens;
    private final Sessions sessions;
    private final Failures failures;

    Gate(Set<String> hosts, List<Route> routes, Tokens tokens, Sessions sessions, Failures failures) {
        this.hosts = hosts;
        this.routes = routes;
        this.tokens = tokens;
        this.sessions = sessions;
        this.failures = failures;
    }

    /** What was let in. */
    record Entry(
            Route route,
            Map<String, String> parameters,
            Map<String, String> query,
            @Nullable Caller caller) {}

    Entry enter(HttpServerRequest request) {
        var headers = request.requestHeaders();
        var local = Objects.requireNonNull((InetSocketAddress) request.connectionHostAddress());
        var client = Objects.requireNonNull((InetSocketAddress) request.connectionRemoteAddress());
        String host = requireOwnHost(headers, local);
        boolean fromPage = requireOwnOrigin(headers, host);
        String uri = request.uri();
        if (!uri.startsWith("/")) {
            throw Refusal.invalid("expected a path");
        }
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        var route = route(request.method().name(), path);
        requireOwnSite(headers, route);
        var caller = route.access() == Access.OPEN ? null : identify(route, headers, local, client, fromPage);
        var query = query(uri, route);
        return new Entry(route, route.match(path).orElse(Map.of()), query, caller);
    }

    private Route route(String method, String path) {
        var fitting =
                routes.stream().filter(route -> route.match(path).isPresent()).toList();
        if (fitting.isEmpty()) {
            throw Refusal.notFound();
        }
        return fitting.stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(() -> Refusal.methodNotAllowed(
                        String.join(", ", fitting.stream().map(Route::method).toList())));
    }

    /** Against DNS rebinding: a name that an attacker's DNS can point here is none of ours. */
    private String requireOwnHost(HttpHeaders headers, InetSocketAddress local) {
        var given = headers.getAll(HttpHeaderNames.HOST);
        if (given.size() != 1) {
            throw Refusal.hostNotAllowed();
        }
        String host = given.getFirst().toLowerCase(Locale.ROOT);
        if (ownHosts(local).contains(host) || hosts.contains(host) || hosts.contains(withoutPort(host))) {
            return host;
        }
        throw Refusal.hostNotAllowed();
    }

    private static Set<String> ownHosts(InetSocketAddress local) {
        String address = local.getAddress().getHostAddress();
        int scope = address.indexOf('%');
        String plain = scope < 0 ? address : address.substring(0, scope);
        String literal = plain.indexOf(':') < 0 ? plain : "[" + shorten(plain) + "]";
        return Set.of(literal + ":" + local.getPort(), "localhost:" + local.getPort());
    }

    /** Browsers write the loopback address in its short form, the JDK in its long one. */
    private static String shorten(String address) {
        return address.equals("0:0:0:0:0:0:0:1") ? "::1" : address;
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /** Whether the request names an origin, which then must be the very host that it was sent to. */
    private static boolean requireOwnOrigin(HttpHeaders headers, String host) {
        var origins = headers.getAll(HttpHeaderNames.ORIGIN);
        for (String origin : origins) {
            if (!origin.equals("http://" + host) && !origin.equals("https://" + host)) {
                throw Refusal.originNotAllowed();
            }
        }
        return !origins.isEmpty();
    }

    /** A link from elsewhere may open the page; nothing from elsewhere may call the API, not even with a plain GET. */
    private static void requireOwnSite(HttpHeaders headers, Route route) {
        String site = headers.get("sec-fetch-site", "none");
        boolean own = site.equals("same-origin") || site.equals("none");
        if (!own && (route.access() != Access.OPEN || route.changes())) {
            throw Refusal.originNotAllowed();
        }
    }

    private Caller identify(
            Route route, HttpHeaders headers, InetSocketAddress local, InetSocketAddress client, boolean fromPage) {
        var authorization = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        // an Authorization header decides alone: a wrong one never falls back to the cookie
        var caller = authorization.isEmpty()
                ? session(headers, local, !route.changes() || fromPage)
                : bearer(authorization, client);
        var identified = caller.orElseThrow(Refusal::unauthenticated);
        route.access().require(identified.principal());
        return identified;
    }

    private Optional<Caller> bearer(List<String> authorization, InetSocketAddress client) {
        return failures.bearer(client.getAddress(), () -> token(authorization))
                .map(token -> new Caller(token, null, null));
    }

    private Optional<AdminToken> token(List<String> authorization) {
        String value = authorization.getFirst();
        if (authorization.size() != 1 || !value.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        String token = value.substring(7);
        return token.length() > MAX_TOKEN_LENGTH ? Optional.empty() : tokens.holder(token);
    }

    /** Cookie and page key together, and the origin where something is to change. */
    private Optional<Caller> session(HttpHeaders headers, InetSocketAddress local, boolean originSettled) {
        var id = sessionId(headers, local);
        String pageKey = headers.get(PAGE_KEY, "");
        return id.flatMap(sessions::find)
                .filter(session -> originSettled && Digests.same(session.pageKey(), pageKey))
                .map(session -> new Caller(session.token(), id.get(), session));
    }

    /** The value of the one session cookie of this listener; several leave it open which is meant, so none is. */
    static Optional<String> sessionId(HttpHeaders headers, InetSocketAddress local) {
        var values = headers.getAll(HttpHeaderNames.COOKIE).stream()
                .flatMap(header -> ServerCookieDecoder.STRICT.decodeAll(header).stream())
                .filter(cookie -> cookie.name().equals(cookieName(local)))
                .map(cookie -> cookie.value())
                .toList();
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    /** Cookies are shared by all ports of a host, so each listener has a name of its own. */
    static String cookieName(InetSocketAddress local) {
        return "gatehouse_" + local.getPort();
    }

    private static Map<String, String> query(String uri, Route route) {
        Map<String, List<String>> given;
        try {
            given = new QueryStringDecoder(uri, java.nio.charset.StandardCharsets.UTF_8, true, MAX_QUERY_PARAMETERS + 1)
                    .parameters();
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("the query is not well formed");
        }
        var query = new HashMap<String, String>();
        given.forEach((name, values) -> {
            if (!route.query().contains(name) || values.size() != 1) {
                throw Refusal.invalid("expected each of these query parameters at most once, and no other: "
                        + String.join(", ", route.query().stream().sorted().toList()));
            }
            query.put(name, values.getFirst());
        });
        return query;
    }
}
