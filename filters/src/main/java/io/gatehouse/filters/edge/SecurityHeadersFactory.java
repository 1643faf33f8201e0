package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code security-headers} filters. */
public final class SecurityHeadersFactory implements FilterFactory<SecurityHeadersConfig> {
    @Override
    public String name() {
        return "security-headers";
    }

    @Override
    public Class<SecurityHeadersConfig> configType() {
        return SecurityHeadersConfig.class;
    }

    @Override
    public Phase phase(SecurityHeadersConfig config) {
        return Phase.EDGE;
    }

    @Override
    public Filter create(SecurityHeadersConfig config, Services services) {
        return new SecurityHeadersFilter(config);
    }
}
