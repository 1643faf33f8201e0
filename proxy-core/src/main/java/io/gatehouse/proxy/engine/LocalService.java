package io.gatehouse.proxy.engine;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.LocalResponse;
import reactor.core.publisher.Mono;

/** A target inside the gateway, such as the requester's side of approvals. Called on event loops; never blocks. */
@FunctionalInterface
public interface LocalService {
    Mono<LocalResponse> serve(Exchange exchange);
}
