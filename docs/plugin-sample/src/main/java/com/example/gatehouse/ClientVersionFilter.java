package com.example.gatehouse;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.micrometer.core.instrument.Counter;

/** Refuses clients that are too old, or do not say how old they are. All that one request does not change is made once. */
final class ClientVersionFilter implements Filter {
    private final ClientVersionConfig config;
    private final Version least;
    private final Verdict.Deny tooOld;
    private final Counter refused;

    ClientVersionFilter(ClientVersionConfig config, Counter refused) {
        this.config = config;
        this.least = Version.parse(config.least());
        this.tooOld = new Denial(
                        "client_too_old",
                        426,
                        "upgrade required",
                        "expected `" + config.header() + "` of " + config.least() + " or later")
                .deny();
        this.refused = refused;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        var said = exchange.requestHeaders().get(config.header());
        if (said != null && isServed(said)) {
            return Verdict.NEXT;
        }
        refused.increment();
        return tooOld;
    }

    private boolean isServed(String said) {
        try {
            return Version.parse(said).compareTo(least) >= 0;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        head.headers().set("x-least-client-version", config.least());
    }
}
