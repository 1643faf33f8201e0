package io.gatehouse.gateway.config;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.proxy.RouteConfig.AuditMode;
import java.nio.file.Path;
import java.time.Duration;

/** The log of what was asked, decided and done. */
public record AuditConfig(
        @Doc("the log's folder, relative to this file's") @Default("data/audit")
        Path folder,

        @Doc("queued: accepted by the bounded queue; durable: on disk before a request is forwarded, on every route")
        @Default("queued")
        AuditMode mode,

        @Doc("the longest time without a signed checkpoint of new events, 10ms or more") @Default("1s")
        Duration checkpoint) {
    public AuditConfig {
        if (checkpoint.compareTo(Duration.ofMillis(10)) < 0) {
            throw new IllegalArgumentException("checkpoint: expected 10ms or more");
        }
    }
}
