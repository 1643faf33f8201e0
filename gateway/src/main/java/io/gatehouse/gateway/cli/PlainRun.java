package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.Gateway;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.proxy.http.transport.SocketAddresses;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code gatehouse run -c FILE}, spelled just so: the way a service starts. It does without the parser of the command line, whose
 * loading takes longer than all the rest of the start.
 */
public final class PlainRun {
    private PlainRun() {}

    /** The FILE of {@code run -c FILE}; null where the arguments say anything else. */
    public static @Nullable Path file(String... arguments) {
        boolean plain = arguments.length == 3
                && arguments[0].equals("run")
                && (arguments[1].equals("-c") || arguments[1].equals("--config"))
                && !arguments[2].startsWith("-");
        return plain ? Path.of(arguments[2]) : null;
    }

    /** Runs it, speaking on the standard streams. Returns the exit code. */
    public static int run(Path file, ConfigSource source, Map<String, String> environment) {
        var out = new PrintWriter(System.out, true, System.out.charset());
        var err = new PrintWriter(System.err, true, System.err.charset());
        try {
            return run(file, source, environment, out, err);
        } catch (Exception failure) {
            return failed(failure, err);
        }
    }

    static int run(Path file, ConfigSource source, Map<String, String> environment, PrintWriter out, PrintWriter err)
            throws InterruptedException {
        var loaded = ConfigOption.usable(source.load(file, environment), err); // its warnings are for the log
        if (loaded == null) {
            return CommandLines.FAILED;
        }
        return new Serving(loaded, environment, out).run(file, PlainRun::ready) ? 0 : CommandLines.FAILED;
    }

    /** Says what made a command fail. Returns its exit code. */
    static int failed(Exception failure, PrintWriter err) {
        var message = failure.getMessage();
        err.println("gatehouse: " + (message == null ? "failed" : message));
        err.flush();
        return CommandLines.FAILED;
    }

    private static String ready(Gateway gateway) {
        return "ready " + String.join(" ", gateway.listening())
                + " admin " + SocketAddresses.text(gateway.adminAddress()) + " transport "
                + gateway.transport().wireName();
    }
}
