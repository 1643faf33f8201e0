package io.gatehouse.proxy.http;

import io.gatehouse.proxy.Snapshot;

/** What connections need of the data plane that they belong to. Safe from any event loop. */
interface DataPlaneContext {
    /** The snapshot of now. */
    Snapshot snapshot();

    Connector connector();

    RequestMeters meters();

    ProtocolMeters protocols();

    BodyBudget bodies();

    /** Whether connections are to end after the answer at hand. */
    boolean isDraining();

    /** Logs a failure that no rule foresees. */
    void unexpected(Throwable failure);
}
