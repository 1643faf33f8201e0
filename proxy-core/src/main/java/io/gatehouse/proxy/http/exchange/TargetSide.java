package io.gatehouse.proxy.http.exchange;

import io.netty.buffer.ByteBuf;

/** The target's side of one request, as its cycle sees it. Used on its event loop only. */
interface TargetSide {
    /** Whether it takes more of what the client sends, at this moment. */
    boolean wantsBody();

    /** Sends a piece on; ownership passes here. Nothing follows the last. */
    void requestContinues(ByteBuf piece, boolean last);

    /** Sends what waits for the end of the present read. */
    void flushRequest();

    /** Bytes of the request that wait for the target to take them. */
    default long unsent() {
        return 0;
    }

    /** The client takes more. */
    void onClientWritable();

    /** Nobody waits for an answer any more. */
    void cancel();
}
