package io.gatehouse.benchmarks.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The gateway under load: a process that is started, told to read its configuration anew, asked for its counters, and ended. */
final class GatewayProcess {
    private static final Pattern METRIC = Pattern.compile("([a-z_]+)(?:\\{([^}]*)})? ([0-9.eE+-]+)");

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path settings;
    private final Path log;
    private final int adminPort;
    private Process process;

    /**
     * Starts it and waits until it serves.
     *
     * @param environment holds {@code SOAK_TOKEN}, the administrator's
     * @param settings the configuration that {@code command} names
     * @param log where its output is added
     */
    GatewayProcess(List<String> command, Map<String, String> environment, Path settings, Path log, int adminPort)
            throws IOException, InterruptedException {
        this.command = command;
        this.environment = environment;
        this.settings = settings;
        this.log = log;
        this.adminPort = adminPort;
        this.process = begin();
    }

    void start() throws IOException, InterruptedException {
        process = begin();
    }

    private Process begin() throws IOException, InterruptedException {
        long known = Files.exists(log)
                ? Files.readString(log).lines().filter(GatewayProcess::isReady).count()
                : 0;
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        var started = builder.start();
        while (Files.readString(log).lines().filter(GatewayProcess::isReady).count() == known) {
            if (started.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new IOException("the gateway ended with " + started.exitValue() + "; see " + log);
            }
        }
        return started;
    }

    private static boolean isReady(String line) {
        return line.startsWith("ready");
    }

    /** Changes a comment in the configuration, which makes the gateway read it anew. */
    void reload(int number) throws IOException {
        var text = Files.readString(settings);
        Files.writeString(settings, text.replaceFirst("# reload [0-9]+\n|\\z", "# reload " + number + "\n"));
    }

    /** Ends it in good order. Answers its exit code, or -1 where it did not end in time. */
    int drain(int seconds) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return -1;
        }
        return process.exitValue();
    }

    /** The sum over all labels of a metric, where the labels hold {@code label}. */
    double metric(String name, String label) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var page = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/metrics"))
                                    .header("Authorization", "Bearer " + environment.get("SOAK_TOKEN"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return page.lines()
                    .map(METRIC::matcher)
                    .filter(line -> line.matches() && line.group(1).equals(name))
                    .filter(line -> label.isEmpty()
                            || (line.group(2) != null && line.group(2).contains(label)))
                    .mapToDouble(line -> Double.parseDouble(line.group(3)))
                    .sum();
        }
    }

    /** Lines of its log that tell of a leak, an error, or a failure that no rule foresees. */
    List<String> complaints() throws IOException {
        var found = new ArrayList<String>();
        for (var line : Files.readAllLines(log)) {
            if (line.contains("LEAK")
                    || line.contains("ERROR")
                    || line.contains("unexpectedly")
                    || line.contains("did not end in time")) {
                found.add(line);
            }
        }
        return found;
    }
}
