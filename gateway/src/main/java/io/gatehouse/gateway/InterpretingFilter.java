package io.gatehouse.gateway;

import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;

/** Lets a route's engine say what it is asked to do: the last step before anything is judged. */
record InterpretingFilter(Engine engine) implements Filter {
    @Override
    public Verdict onRequest(Exchange exchange) {
        return engine.interpret(exchange);
    }

    @Override
    public BodyUse requestBody() {
        return engine.requestBody();
    }
}
