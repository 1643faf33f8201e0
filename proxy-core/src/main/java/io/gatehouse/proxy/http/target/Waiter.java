package io.gatehouse.proxy.http.target;

/** Who waits for a connection to a target. Not SPI. */
public interface Waiter {
    /** A stream stands; {@code reused}: the target may have closed its connection meanwhile without our knowing. */
    void connected(TargetStream stream, boolean reused);

    /** There is no connection; {@code counts}: whether nobody else has been told of the same failure. */
    void notConnected(Throwable cause, boolean counts);

    /** There is no connection, and that is the gateway's own doing: no target is to blame. */
    void gatewayFailed(Throwable failure);

    /** As many connections are in use as there may be. */
    void busy();

    /** Whether nobody waits any more. */
    boolean isGone();
}
