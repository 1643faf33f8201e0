package io.gatehouse.filters.address;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code ip-filter} filters. */
public final class IpFilterFactory implements FilterFactory<IpFilterConfig> {
    @Override
    public String name() {
        return "ip-filter";
    }

    @Override
    public Class<IpFilterConfig> configType() {
        return IpFilterConfig.class;
    }

    @Override
    public Phase phase(IpFilterConfig config) {
        return Phase.EDGE;
    }

    @Override
    public Filter create(IpFilterConfig config, Services services) {
        return new IpFilter(config);
    }
}
