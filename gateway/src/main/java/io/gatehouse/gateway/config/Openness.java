package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.Positions;
import io.gatehouse.proxy.tls.UpstreamTlsConfig.Verify;
import java.util.ArrayList;
import java.util.List;

/** Warns of routes that nothing guards, and of targets that anyone could pretend to be. */
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
        config.upstreams().forEach((name, upstream) -> {
            var tls = upstream.tls();
            if (tls != null && tls.verify() == Verify.NONE) {
                warnings.add(positions.error(
                        "upstreams." + name + ".tls.verify",
                        "the targets of upstream `" + name + "` are not verified: whoever gets between them and the"
                                + " gateway can read and change everything"));
            }
        });
        return warnings;
    }
}
