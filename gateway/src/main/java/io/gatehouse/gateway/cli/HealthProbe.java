package io.gatehouse.gateway.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Asks a running gateway whether it is ready. An image asks every few seconds, without the parser of the command line. */
public final class HealthProbe {
    static final String USUAL = "http://127.0.0.1:9900";
    private static final int PATIENCE_MILLIS = 4_000;

    private HealthProbe() {}

    /** Whether the arguments ask the usual place. */
    public static boolean isMeant(String... arguments) {
        return arguments.length == 1 && arguments[0].equals("health");
    }

    /** Asks the usual place, speaking on the standard streams. Returns the exit code. */
    public static int run() {
        return run(
                URI.create(USUAL),
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()));
    }

    static int run(URI url, PrintWriter out, PrintWriter err) {
        try {
            var connection =
                    (HttpURLConnection) url.resolve("/health/ready").toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            int status = connection.getResponseCode();
            try (var body = status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
                out.println(
                        body == null ? "status " + status : new String(body.readAllBytes(), StandardCharsets.UTF_8));
                out.flush();
            }
            return status == 200 ? 0 : CommandLines.FAILED;
        } catch (IOException | IllegalArgumentException | ClassCastException unreachable) {
            err.println("gatehouse: " + url + " is not reached: " + unreachable.getMessage());
            err.flush();
            return CommandLines.FAILED;
        }
    }
}
