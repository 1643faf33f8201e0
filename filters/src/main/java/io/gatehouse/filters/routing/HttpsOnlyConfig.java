package io.gatehouse.filters.routing;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.util.Set;

/** Settings of {@code https-only}. */
public record HttpsOnlyConfig(
        @Doc("where clients reach the listener with TLS") @Default("443")
        int port,

        @Doc("301, 302, 307 or 308") @Default("308") int status) {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 307, 308);
    private static final int MOST = 65_535;
    private static final int USUAL = 443;

    public HttpsOnlyConfig {
        if (port < 1 || port > MOST) {
            throw new IllegalArgumentException("port: expected 1 to " + MOST + ", got `" + port + "`");
        }
        if (!STATUSES.contains(status)) {
            throw new IllegalArgumentException("status: expected 301, 302, 307 or 308, got `" + status + "`");
        }
    }

    /** What stands behind the host. */
    String portText() {
        return port == USUAL ? "" : ":" + port;
    }
}
