package io.gatehouse.filters.edge;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;

/** Settings of {@code request-id}. */
public record RequestIdConfig(
        @Doc("the header that carries the id") @Default("X-Request-Id")
        String header,

        @Doc("whether a sane id of the caller is taken") @Default("false")
        boolean trust) {}
