package io.gatehouse.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The command line as a process of its own, with the options of the JVM that users get. */
final class ChildGateway implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern READY = Pattern.compile("ready \\S+:(\\d+) admin \\S+:(\\d+) transport (\\S+)");

    private final Process process;
    private final Lines out;
    private final Lines err;

    private ChildGateway(Process process) {
        this.process = process;
        this.out = new Lines(process.getInputStream());
        this.err = new Lines(process.getErrorStream());
    }

    /** Starts {@code gatehouse} with these arguments in {@code folder}. */
    static ChildGateway start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        return start(List.of(), folder, environment, arguments);
    }

    /** As {@link #start}, but no file can grow beyond {@code kibibytes}: the next write fails as on a full disk. */
    static ChildGateway startWithSmallDisk(
            int kibibytes, Path folder, Map<String, String> environment, String... arguments) throws IOException {
        var limited = List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "gatehouse");
        return start(limited, folder, environment, arguments);
    }

    private static ChildGateway start(
            List<String> wrapper, Path folder, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("..", "deploy", "dist", "java.options").toAbsolutePath(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.gatehouse.gateway.Gatehouse"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("GATEHOUSE_LOOPS", "1");
        builder.environment().putAll(environment);
        return new ChildGateway(builder.start());
    }

    /** What {@code ready} said. */
    record Ready(int port, int adminPort, String transport) {}

    Ready awaitReady() throws InterruptedException {
        var matcher = READY.matcher(out.await("ready "));
        if (!matcher.matches()) {
            throw new IllegalStateException("not the line expected: " + matcher);
        }
        return new Ready(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3));
    }

    /** The first line of standard output, not yet awaited, that contains {@code text}. */
    String awaitOut(String text) throws InterruptedException {
        return out.await(text);
    }

    /** The first line of standard error, not yet awaited, that contains {@code text}. */
    String awaitErr(String text) throws InterruptedException {
        return err.await(text);
    }

    /** All of standard error, once the process has ended. */
    List<String> allErr() throws InterruptedException {
        return err.all();
    }

    /** Sends a signal, such as {@code HUP}. */
    void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("the signal was not sent");
        }
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the process does not end");
        }
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Lines as they come. */
    private static final class Lines {
        private final List<String> lines = new ArrayList<>();
        private int awaited;
        private boolean ended;

        Lines(InputStream stream) {
            Thread.ofVirtual().start(() -> read(stream));
        }

        private void read(InputStream stream) {
            try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    add(Objects.requireNonNull(line));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                end();
            }
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized List<String> all() throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!ended) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new IllegalStateException("no end after " + lines);
                }
                wait(left);
            }
            return List.copyOf(lines);
        }

        synchronized String await(String text) throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                for (; awaited < lines.size(); awaited++) {
                    if (lines.get(awaited).contains(text)) {
                        return lines.get(awaited++);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (ended || left <= 0) {
                    throw new IllegalStateException("no line with `" + text + "` in " + lines);
                }
                wait(left);
            }
        }
    }
}
