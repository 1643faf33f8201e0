package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.ConfigOutcome;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.LoadedConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -c FILE}, and what is said of a configuration that cannot be used. */
final class ConfigOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "gatehouse.yaml",
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path file;

    Path file() {
        return file;
    }

    /** The configuration, its warnings printed; null after printing all that is wrong with it. */
    static @Nullable LoadedConfig load(
            Path file, ConfigSource source, Map<String, String> environment, PrintWriter err) {
        var loaded = usable(source.load(file, environment), err);
        if (loaded != null) {
            loaded.warnings().forEach(warning -> err.println("warning: " + TerminalText.visible(warning.toString())));
            err.flush();
        }
        return loaded;
    }

    /** A configuration that can be used; null after printing all that is wrong with it. */
    static @Nullable LoadedConfig usable(ConfigOutcome outcome, PrintWriter err) {
        return switch (outcome) {
            case LoadedConfig loaded -> loaded;
            case ConfigOutcome.Refused(var errors, var _) -> {
                errors.forEach(error -> err.println(TerminalText.visible(error.toString())));
                err.println(TerminalText.counted(errors.size(), "error"));
                err.flush();
                yield null;
            }
        };
    }
}
