package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.ConfigSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse check}. */
@Command(
        name = "check",
        description = "Validates a configuration: prints every error, or what each route does.",
        footer = {
            "",
            "Example:",
            "  gatehouse check -c config/examples/minimal.yaml",
            "",
            "Errors and warnings go to standard error. Exit codes: 0 usable, 1 errors, 2 wrong usage."
        })
final class CheckCommand implements Callable<Integer> {
    private final ConfigSource source;
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private ConfigOption config;

    CheckCommand(ConfigSource source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var loaded = ConfigOption.load(
                config.file(), source, environment, spec.commandLine().getErr());
        if (loaded == null) {
            return CommandLines.FAILED;
        }
        out.print(Summary.of(config.file(), loaded));
        out.flush();
        return 0;
    }
}
