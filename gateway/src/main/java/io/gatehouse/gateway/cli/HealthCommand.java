package io.gatehouse.gateway.cli;

import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatehouse health}. */
@Command(
        name = "health",
        description = "Asks a running gateway whether it is ready; for images that hold no other program to ask with.",
        footer = {
            "",
            "Example:",
            "  gatehouse health --url http://127.0.0.1:9900",
            "",
            "Exit codes: 0 ready, 1 not ready or not reached, 2 wrong usage."
        })
final class HealthCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = HealthProbe.USUAL,
            description = "Where the admin listener is (default: ${DEFAULT-VALUE}).")
    private URI url;

    @Override
    public Integer call() {
        var line = spec.commandLine();
        return HealthProbe.run(url, line.getOut(), line.getErr());
    }
}
