package io.gatehouse.proxy.http;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.address.Networks;

/** What connections need of the data plane that they belong to. Safe from any event loop. */
interface DataPlaneContext {
    /** The snapshot of now. */
    Snapshot snapshot();

    Connector connector();

    RequestMeters meters();

    ProtocolMeters protocols();

    BodyBudget bodies();

    /** Whose word on where a request comes from is taken. */
    Networks trustedForwarders();

    /** Whether connections are to end after the answer at hand. */
    boolean isDraining();

    /** Logs a failure that no rule foresees. */
    void unexpected(Throwable failure);
}
