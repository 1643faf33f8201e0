package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.ConfigOutcome;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.LoadedConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatehouse check}. */
@Command(
        name = "check",
        description = "Validates a configuration: prints every error, or what each route does.",
        footer = {"", "Errors and warnings go to standard error. Exit codes: 0 usable, 1 errors, 2 wrong usage."})
final class CheckCommand implements Callable<Integer> {
    private final ConfigSource source;
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "gatehouse.yaml",
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path file;

    CheckCommand(ConfigSource source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        return switch (source.load(file, environment)) {
            case ConfigOutcome.Refused(var errors) -> {
                errors.forEach(err::println);
                err.println(errors.size() == 1 ? "1 error" : errors.size() + " errors");
                yield CommandLines.FAILED;
            }
            case LoadedConfig loaded -> {
                loaded.warnings().forEach(warning -> err.println("warning: " + warning));
                out.print(Summary.of(file, loaded));
                out.flush();
                yield 0;
            }
        };
    }
}
