package io.gatehouse.gateway;

import io.gatehouse.adapters.BuiltInEngines;
import io.gatehouse.filters.BuiltInFilters;
import io.gatehouse.gateway.config.Extensions;

/** Every filter and engine of this gateway. */
public final class BuiltIns {
    private BuiltIns() {}

    public static Extensions extensions() {
        return Extensions.of(BuiltInFilters.factories(), BuiltInEngines.all());
    }
}
