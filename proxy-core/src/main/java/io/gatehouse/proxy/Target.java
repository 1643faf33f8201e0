package io.gatehouse.proxy;

import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.engine.LocalService;
import io.gatehouse.proxy.http.target.Upstream;

/** Where a route leads. */
public sealed interface Target {
    record ToUpstream(Upstream upstream) implements Target {}

    record ToEngine(Engine engine) implements Target {}

    record ToService(LocalService service) implements Target {}
}
