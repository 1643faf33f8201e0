package io.gatehouse.proxy.filter;

import io.netty.handler.codec.http.HttpHeaders;

/** Status line and headers of an answer, before they are written. Headers may be changed in place; framing is the runner's. */
public interface ResponseHead {
    int status();

    void status(int status);

    HttpHeaders headers();

    /** Whether the target gave this answer, rather than the gateway. */
    boolean fromTarget();
}
