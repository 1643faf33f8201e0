package io.gatehouse.filters.address;

import io.gatehouse.config.Doc;
import io.gatehouse.proxy.address.Networks;
import java.util.List;

/** Settings of {@code ip-filter}. */
public record IpFilterConfig(
        @Doc("networks that may; empty: all that are not denied")
        List<String> allow,

        @Doc("networks that may not, whatever `allow` says") List<String> deny) {
    public IpFilterConfig {
        Networks.parse("allow", allow);
        Networks.parse("deny", deny);
        if (allow.isEmpty() && deny.isEmpty()) {
            throw new IllegalArgumentException("expected `allow` or `deny`");
        }
    }
}
