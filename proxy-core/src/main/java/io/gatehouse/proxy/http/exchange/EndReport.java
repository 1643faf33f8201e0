package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.filter.EarlyEnds.Early;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.http.target.TargetPool;
import io.gatehouse.proxy.http.target.TargetResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who hears how a request ended: its filters, the decision log, the counters.
 *
 * @param earlier what was entered before it was judged again
 * @param asked the target that was asked last, or {@code null}
 * @param early it ended before any route's filters could see it
 */
record EndReport(
        HttpExchange exchange,
        List<Filter> earlier,
        @Nullable TargetPool asked,
        boolean early) {
    /** Each hears of it though another one fails. */
    void send(ClientSide client, Outcome outcome) {
        var route = exchange.compiledRoute();
        route.chain().onEnd(exchange, outcome, earlier);
        client.state().meters.ended(route, outcome);
        if (asked != null) {
            asked.count(TargetResult.of(outcome));
        }
        try {
            record(route, outcome);
        } catch (Throwable failure) {
            client.plane().unexpected(failure);
        }
        if (early) {
            client.plane().snapshot().earlyEnds().ended(Early.of(exchange), outcome);
        }
        if (route == FallbackRoutes.NONE) {
            client.plane().withoutRoute(exchange);
        }
    }

    private void record(Route route, Outcome outcome) {
        var log = route.decisionLog();
        if (log != null) {
            log.ended(exchange, outcome);
        }
    }
}
