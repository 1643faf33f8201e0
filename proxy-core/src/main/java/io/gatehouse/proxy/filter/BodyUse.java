package io.gatehouse.proxy.filter;

/** What a filter does with a body. The runner owns every buffer. */
public enum BodyUse {
    /** Never looks at it. */
    NONE,
    /** Reads it whole through {@link Exchange#body()}; buffered up to the listener's body limit, before the filter runs. */
    READ,
    /** As {@link #READ}, and may replace it through {@link Exchange#body(io.netty.buffer.ByteBuf)}. */
    REWRITE,
    /** Sees each piece as it passes; nothing is buffered. */
    STREAM
}
