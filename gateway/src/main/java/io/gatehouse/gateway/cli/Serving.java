package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.Gateway;
import io.gatehouse.gateway.Signals;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.gateway.telemetry.ProgramLogs;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a gateway from its first line to its last. */
final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    /** What the JVM itself ends with when it is out of memory. */
    private static final int BROKEN = 3;

    private final LoadedConfig loaded;
    private final Map<String, String> environment;
    private final PrintWriter out;

    Serving(LoadedConfig loaded, Map<String, String> environment, PrintWriter out) {
        this.loaded = loaded;
        this.environment = environment;
        this.out = out;
    }

    /**
     * Serves until the process is told to stop, and lets what is in flight finish.
     *
     * @param ready what to print when the gateway serves
     * @return whether everything in flight finished
     */
    boolean run(Path file, Function<Gateway, String> ready) throws InterruptedException {
        boolean whole;
        ProgramLogs.use(loaded.config().telemetry().logs(), loaded.folder());
        try (var gateway = Gateway.start(file, loaded, environment)) {
            gateway.whenBroken(Serving::end);
            var signals = Signals.handle(gateway::reload);
            say(ready.apply(gateway));
            signals.awaitStop();
            say("draining: requests in flight have "
                    + loaded.config().server().drain().toSeconds() + " s");
            whole = gateway.drain();
        }
        say(whole ? "stopped" : "stopped, and broke off what was still in flight");
        return whole;
    }

    /**
     * A process that cannot serve some of its connections ends at once, as the JVM does when it is out of memory: whoever runs it starts
     * it again. Of the audit log is lost what any crash would lose: events of routes that record `queued`.
     */
    private static void end() {
        LOG.error("an event loop ended by an error, or direct memory is out: the process ends");
        Runtime.getRuntime().halt(BROKEN);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
