package io.gatehouse.filters.edge;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Percent;

/** Settings of {@code access-log}. */
public record AccessLogConfig(
        @Doc("stdout, or the path of a file that lines are appended to") @Default("stdout")
        String to,

        @Doc("the share of requests that is logged, drawn at random") @Default("100%")
        Percent sample,

        @Doc("of the file: FILE.1 is the one before, FILE.2 the one before that") @Default("{}")
        Rotation rotate) {}
