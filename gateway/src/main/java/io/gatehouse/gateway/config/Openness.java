package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.Positions;
import java.util.ArrayList;
import java.util.List;

/** Warns of routes that nothing guards. */
final class Openness {
    private Openness() {}

    static List<ConfigError> warnings(GatewayConfig config, Positions positions) {
        List<ConfigError> warnings = new ArrayList<>();
        for (int i = 0; i < config.routes().size(); i++) {
            var route = config.routes().get(i);
            if (config.filters(route).isEmpty()) {
                var key = route.chain() == null ? ".filters" : ".chain";
                warnings.add(positions.error(
                        "routes[" + i + "]" + key,
                        "nothing guards route `" + route.name() + "`: every request passes"));
            }
        }
        return warnings;
    }
}
