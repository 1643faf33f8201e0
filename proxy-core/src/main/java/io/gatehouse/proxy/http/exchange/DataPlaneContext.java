package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.http.transport.Connector;
import java.util.concurrent.atomic.AtomicInteger;

/** What connections need of the data plane that they belong to. Safe from any event loop. */
public interface DataPlaneContext {
    /** The snapshot of now. */
    Snapshot snapshot();

    Connector connector();

    ProtocolMeters protocols();

    BodyBudget bodies();

    /** How many requests are open over HTTP/2, on all connections of the listener. */
    AtomicInteger streams();

    /** Whether connections are to end after the answer at hand. */
    boolean isDraining();

    /** Tells of a request that no route takes, a few times a minute at most. */
    void withoutRoute(Exchange exchange);

    /** Logs a failure that no rule foresees. */
    void unexpected(Throwable failure);
}
