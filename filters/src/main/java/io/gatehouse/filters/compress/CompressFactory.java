package io.gatehouse.filters.compress;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code compress} filters. */
public final class CompressFactory implements FilterFactory<CompressConfig> {
    @Override
    public String name() {
        return "compress";
    }

    @Override
    public Class<CompressConfig> configType() {
        return CompressConfig.class;
    }

    /** At the edge: what every other filter answers passes it too, and it sees what the client asked for. */
    @Override
    public Phase phase(CompressConfig config) {
        return Phase.EDGE;
    }

    @Override
    public Filter create(CompressConfig config, Services services) {
        var deflaters = new Deflaters(config.level(), config.concurrent());
        return new CompressFilter(config, deflaters, services.meters().counter("gatehouse.compress.busy"));
    }
}
