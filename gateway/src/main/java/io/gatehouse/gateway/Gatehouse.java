package io.gatehouse.gateway;

import io.gatehouse.gateway.cli.CommandLines;
import io.gatehouse.gateway.cli.HealthProbe;
import io.gatehouse.gateway.cli.PlainRun;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.Extensions;
import java.util.Map;

/** The entry. */
public final class Gatehouse {
    private Gatehouse() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.getenv()));
    }

    private static int run(String[] arguments, Map<String, String> environment) {
        if (HealthProbe.isMeant(arguments)) {
            return HealthProbe.run();
        }
        Extensions extensions;
        try {
            extensions = Plugins.extensions(environment);
        } catch (IllegalArgumentException refused) {
            System.err.println("gatehouse: " + refused.getMessage());
            return 1;
        }
        var source = new ConfigSource(extensions);
        var file = PlainRun.file(arguments);
        return file != null
                ? PlainRun.run(file, source, environment)
                : CommandLines.create(source, environment).execute(arguments);
    }
}
