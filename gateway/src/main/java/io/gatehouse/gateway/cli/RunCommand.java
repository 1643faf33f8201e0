package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.Gateway;
import io.gatehouse.gateway.Signals;
import io.gatehouse.gateway.config.ConfigOutcome;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.LoadedConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatehouse run}. */
@Command(
        name = "run",
        description = "Runs a gateway until SIGTERM or Ctrl-C, then lets what is in flight finish.",
        footer = {
            "",
            "Prints one line `ready` with the addresses when it serves. SIGHUP, or a change of one of its files, reloads",
            "the configuration; a faulty one changes nothing. GATEHOUSE_TRANSPORT (io_uring, epoll, nio) and",
            "GATEHOUSE_LOOPS (a number) override how it talks to the kernel.",
            "Exit codes: 0 everything in flight finished, 1 it did not start or not everything finished, 2 wrong usage."
        })
final class RunCommand implements Callable<Integer> {
    private final ConfigSource source;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "gatehouse.yaml",
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    private Path file;

    RunCommand(ConfigSource source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        var err = spec.commandLine().getErr();
        switch (source.load(file, environment)) {
            case ConfigOutcome.Refused(var errors) -> {
                errors.forEach(err::println);
                err.println(errors.size() == 1 ? "1 error" : errors.size() + " errors");
                return CommandLines.FAILED;
            }
            case LoadedConfig loaded -> {
                loaded.warnings().forEach(warning -> err.println("warning: " + warning));
                err.flush();
                return serve(loaded);
            }
        }
    }

    private int serve(LoadedConfig loaded) throws InterruptedException {
        try (var gateway = Gateway.start(file, loaded, environment)) {
            var signals = Signals.handle(gateway::reload);
            var out = spec.commandLine().getOut();
            out.println("ready "
                    + gateway.addresses().stream().map(RunCommand::text).collect(Collectors.joining(" "))
                    + " admin " + text(gateway.adminAddress()) + " transport "
                    + gateway.transport().wireName());
            out.flush();
            signals.awaitStop();
            return gateway.drain() ? 0 : CommandLines.FAILED;
        }
    }

    static String text(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
