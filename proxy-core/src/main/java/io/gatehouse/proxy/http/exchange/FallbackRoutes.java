package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.FilterChain.Link;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.RouteInfo;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** Where requests end that no route takes. */
final class FallbackRoutes {
    /** What they are called among the routes. */
    static final String NAME = "none";

    static final Route NONE = denying(new Denial("no_route", 404, "not found", "no route takes this request"));
    static final Route OTHER_METHOD = denying(
            new Denial("method_not_allowed", 405, "method not allowed", "no route takes this method on this path"));

    private FallbackRoutes() {}

    static boolean contain(Route route) {
        return route == NONE || route == OTHER_METHOD;
    }

    private static Route denying(Denial denial) {
        var deny = denial.deny();
        var chain =
                new FilterChain(List.of(new Link(denial.code(), Phase.EDGE, exchange -> deny)), Duration.ofSeconds(1));
        return new Route(
                new RouteInfo(NAME, "default", List.of()),
                chain,
                new Target.ToService(exchange -> Mono.empty()),
                0,
                null);
    }
}
