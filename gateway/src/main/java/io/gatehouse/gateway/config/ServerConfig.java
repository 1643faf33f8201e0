package io.gatehouse.gateway.config;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.proxy.ListenerConfig;
import java.time.Duration;
import java.util.List;

/** What this process serves. */
public record ServerConfig(
        @Doc("the addresses that take requests") List<ListenerConfig> listeners,
        @Doc("admin API and approver page") @Default("{}") AdminConfig admin,

        @Doc("this node's name in audit events: 1 to 64 letters, digits, `._-`") @Default("gatehouse-1")
        String node,

        @Doc("how long requests in flight may take after SIGTERM") @Default("30s")
        Duration drain) {
    public ServerConfig {
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("listeners: expected at least one");
        }
        if (!node.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("node: expected 1 to 64 letters, digits, `._-`, got `" + node + "`");
        }
    }
}
