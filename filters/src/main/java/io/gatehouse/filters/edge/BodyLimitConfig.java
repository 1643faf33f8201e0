package io.gatehouse.filters.edge;

import io.gatehouse.config.Doc;
import io.gatehouse.config.Size;

/** Settings of {@code body-limit}. */
public record BodyLimitConfig(
        @Doc("the largest body of a request; where the listener allows less, that counts")
        Size size) {}
