package io.gatehouse.gateway;

import io.gatehouse.gateway.cli.CommandLines;
import io.gatehouse.gateway.config.ConfigSource;

/** The entry. */
public final class Gatehouse {
    private Gatehouse() {}

    public static void main(String[] arguments) {
        var source = new ConfigSource(BuiltIns.extensions());
        System.exit(CommandLines.create(source, System.getenv()).execute(arguments));
    }
}
