package io.gatehouse.gateway.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
    private static final int PATIENCE_MILLIS = 4_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9900",
            description = "Where the admin listener is (default: ${DEFAULT-VALUE}).")
    private URI url;

    @Override
    public Integer call() {
        try {
            var connection =
                    (HttpURLConnection) url.resolve("/health/ready").toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            int status = connection.getResponseCode();
            try (var body = status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
                var out = spec.commandLine().getOut();
                out.println(
                        body == null ? "status " + status : new String(body.readAllBytes(), StandardCharsets.UTF_8));
                out.flush();
            }
            return status == 200 ? 0 : CommandLines.FAILED;
        } catch (IOException | IllegalArgumentException | ClassCastException unreachable) {
            spec.commandLine().getErr().println("gatehouse: " + url + " is not reached: " + unreachable.getMessage());
            return CommandLines.FAILED;
        }
    }
}
