package io.gatehouse.gateway.config;

import java.util.Set;

/** Keys of the configuration's contract that this version does not know yet; their error says so. */
final class PlannedKeys {
    static final Set<String> ALL = Set.of(
            "vault",
            "notifications",
            "server.roles",
            "server.decision",
            "stores.redis",
            "audit.sinks",
            "audit.retention");

    private PlannedKeys() {}
}
