package io.gatehouse.gateway;

import io.gatehouse.filters.BuiltInFilters;
import io.gatehouse.gateway.cli.CommandLines;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.Extensions;
import java.util.List;

/** The entry. */
public final class Gatehouse {
    private Gatehouse() {}

    public static void main(String[] arguments) {
        var source = new ConfigSource(Extensions.of(BuiltInFilters.factories(), List.of()));
        System.exit(CommandLines.create(source, System.getenv()).execute(arguments));
    }
}
