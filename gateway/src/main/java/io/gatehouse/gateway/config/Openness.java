package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.Positions;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.http.transport.SocketAddresses;
import io.gatehouse.proxy.tls.UpstreamTlsConfig.Verify;
import java.util.ArrayList;
import java.util.List;

/** Warns of routes that nothing guards or that are served in clear text beside TLS, and of targets that anyone could pretend to be. */
final class Openness {
    private static final int SHOWN = 3;

    /** Whoever certifies asks there in clear text (RFC 8555, 8.3). */
    private static final String CHALLENGES = "/.well-known/acme-challenge/";

    private Openness() {}

    static List<ConfigError> warnings(GatewayConfig config, Positions positions) {
        List<ConfigError> warnings = new ArrayList<>();
        for (int i = 0; i < config.routes().size(); i++) {
            var route = config.routes().get(i);
            if (config.filters(route).isEmpty()) {
                var key = route.chain() == null ? ".filters" : ".chain";
                warnings.add(positions.error(
                        "routes[" + i + "]" + key,
                        "nothing guards route `" + route.name() + "`: every request passes"));
            }
        }
        config.upstreams().forEach((name, upstream) -> {
            var tls = upstream.tls();
            if (tls != null && tls.verify() == Verify.NONE) {
                warnings.add(positions.error(
                        "upstreams." + name + ".tls.verify",
                        "the targets of upstream `" + name + "` are not verified: whoever gets between them and the"
                                + " gateway can read and change everything"));
            }
        });
        warnings.addAll(clearText(config, positions));
        return warnings;
    }

    /** One warning for each listener that strangers reach without TLS, where another has it: that one was meant. */
    private static List<ConfigError> clearText(GatewayConfig config, Positions positions) {
        List<ConfigError> warnings = new ArrayList<>();
        var listeners = config.server().listeners();
        var secure =
                listeners.stream().filter(listener -> listener.tls() != null).findFirst();
        var open = secure.isEmpty()
                ? List.<String>of()
                : config.routes().stream()
                        .filter(route -> isServedInClearText(config, route))
                        .map(route -> "`" + route.name() + "`")
                        .toList();
        for (int i = 0; i < listeners.size() && !open.isEmpty(); i++) {
            if (takesStrangersInClearText(listeners.get(i))) {
                warnings.add(positions.error(
                        "server.listeners[" + i + "]",
                        "listener `" + listeners.get(i).name() + "` has no TLS, though `"
                                + secure.orElseThrow().name() + "` has: " + served(open)
                                + " in clear text, too (`https-only` in their chain sends clients to TLS)"));
            }
        }
        return warnings;
    }

    private static String served(List<String> routes) {
        if (routes.size() == 1) {
            return "route " + routes.getFirst() + " is served";
        }
        var shown = String.join(", ", routes.subList(0, Math.min(SHOWN, routes.size())));
        return routes.size() + " routes are served (" + shown
                + (routes.size() > SHOWN ? " and " + (routes.size() - SHOWN) + " more)" : ")");
    }

    /** What a proxy in front speaks for, and what comes by a Unix socket, has met its TLS before. */
    private static boolean takesStrangersInClearText(ListenerConfig listener) {
        return listener.tls() == null
                && !listener.proxyProtocol()
                && listener.trustedForwarders().isEmpty()
                && !SocketAddresses.isUnix(listener.address());
    }

    /** What leads to a target without {@code https-only}; what a filter answers in place of a target is no secret. */
    private static boolean isServedInClearText(GatewayConfig config, RouteConfig<FilterSpec> route) {
        return route.to() != null
                && !route.match().path().startsWith(CHALLENGES)
                && config.filters(route).stream()
                        .noneMatch(filter ->
                                filter.answersInPlaceOfTarget() || filter.name().equals("https-only"));
    }
}
