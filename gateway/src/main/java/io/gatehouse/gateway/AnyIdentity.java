package io.gatehouse.gateway;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Lets in whom any of several chains of identify filters knows. Guards the gateway's own paths, which belong to no route: a
 * requester is known there by what its own route accepts, and nobody else gets further.
 */
record AnyIdentity(List<List<Filter>> chains) implements Filter {
    AnyIdentity {
        chains = List.copyOf(chains);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return tryChain(exchange, 0);
    }

    private Verdict tryChain(Exchange exchange, int at) {
        return or(exchange, at, runFrom(exchange, chains.get(at), 0));
    }

    private Verdict or(Exchange exchange, int at, Verdict verdict) {
        boolean last = at + 1 == chains.size();
        return switch (verdict) {
            case Verdict.Deny denied -> last ? denied : tryChain(exchange, at + 1);
            case Verdict.Settled settled -> settled;
            case Verdict.Later(var decision) -> later(decision.flatMap(settled -> settle(or(exchange, at, settled))));
        };
    }

    private static Verdict runFrom(Exchange exchange, List<Filter> filters, int from) {
        for (int i = from; i < filters.size(); i++) {
            var verdict = filters.get(i).onRequest(exchange);
            if (verdict instanceof Verdict.Later(var decision)) {
                int next = i + 1;
                return later(decision.flatMap(settled -> settled instanceof Verdict.Next
                        ? settle(runFrom(exchange, filters, next))
                        : Mono.just(settled)));
            }
            if (!(verdict instanceof Verdict.Next)) {
                return verdict;
            }
        }
        return Verdict.NEXT;
    }

    private static Verdict later(Mono<? extends Verdict.Settled> decision) {
        return new Verdict.Later(decision);
    }

    private static Mono<? extends Verdict.Settled> settle(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Later(var decision) -> decision;
            case Verdict.Settled settled -> Mono.just(settled);
        };
    }
}
