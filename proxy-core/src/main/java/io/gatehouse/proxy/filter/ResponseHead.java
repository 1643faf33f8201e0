package io.gatehouse.proxy.filter;

import io.netty.handler.codec.http.HttpHeaders;

/** Status line and headers of an answer, before they are written. Headers may be changed in place; framing is the runner's. */
public interface ResponseHead {
    int status();

    void status(int status);

    HttpHeaders headers();

    /** Whether the target gave this answer, rather than the gateway. */
    boolean fromTarget();

    /** Bytes of the body as it came, or -1 where that is not known. */
    long contentLength();

    /**
     * Has the body pass through {@code transform} on its way to the client, after those of filters that saw this head before. Its
     * length is not announced then. The runner closes it, whatever happens; for an answer without a body it does so at once.
     */
    void transformBody(BodyTransform transform);
}
