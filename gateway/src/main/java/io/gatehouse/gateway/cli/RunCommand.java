package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.ConfigSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse run}. */
@Command(
        name = "run",
        description = "Runs a gateway until SIGTERM or Ctrl-C, then lets what is in flight finish.",
        footer = {
            "",
            "Prints one line `ready` with the addresses when it serves. SIGHUP, or a change of one of its files, reloads"
                    + " the configuration; a faulty one changes nothing. GATEHOUSE_TRANSPORT (io_uring, epoll, nio) and"
                    + " GATEHOUSE_LOOPS (a number) override how it talks to the kernel; GATEHOUSE_PLUGINS names a folder"
                    + " of jars with filters and engines of others.",
            "",
            "Example:",
            "  gatehouse run -c gatehouse.yaml",
            "",
            "Exit codes: 0 everything in flight finished, 1 it did not start or not everything finished, 2 wrong usage,"
                    + " 3 out of memory or an event loop failed."
        })
final class RunCommand implements Callable<Integer> {
    private final ConfigSource source;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOption config;

    RunCommand(ConfigSource source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        var line = spec.commandLine();
        return PlainRun.run(config.file(), source, environment, line.getOut(), line.getErr());
    }
}
