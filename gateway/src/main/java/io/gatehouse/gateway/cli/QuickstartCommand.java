package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.demo.CustomerRegister;
import io.gatehouse.gateway.demo.DemoFiles;
import io.gatehouse.gateway.demo.Steps;
import io.gatehouse.proxy.http.transport.SocketAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatehouse quickstart}. */
@Command(
        name = "quickstart",
        description = "Runs a gateway on embedded defaults with a demo engine, and prints what to try.",
        footer = {
            "",
            "Everything it makes is in one new folder below data/quickstart. Ends with Ctrl-C.",
            "",
            "Example:",
            "  gatehouse quickstart --port 8081",
            "",
            "Exit codes: 0 ended, 1 it did not start, 2 wrong usage."
        })
final class QuickstartCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT);

    private final ConfigSource source;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Where the agent calls (default: ${DEFAULT-VALUE}, or any where that is taken).")
    private int port;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "9900",
            description = "Where the approver signs in (default: ${DEFAULT-VALUE}, or any where that is taken).")
    private int adminPort;

    QuickstartCommand(ConfigSource source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var folder = Path.of(
                "data", "quickstart", LocalDateTime.now(ZoneId.systemDefault()).format(STAMP));
        try (var register = CustomerRegister.start()) {
            var files = DemoFiles.write(folder, free(port), free(adminPort), register.port());
            var loaded = ConfigOption.usable(
                    source.load(files.config(), environment), spec.commandLine().getErr());
            if (loaded == null) {
                return CommandLines.FAILED;
            }
            new Serving(loaded, environment, spec.commandLine().getOut())
                    .run(
                            files.config(),
                            gateway -> Steps.text(
                                            files,
                                            SocketAddresses.text(
                                                    gateway.addresses().getFirst()),
                                            SocketAddresses.text(gateway.adminAddress()))
                                    .stripTrailing());
            return 0;
        }
    }

    /** {@code wanted}, or another port where something listens there already. */
    private static int free(int wanted) throws IOException {
        try (var socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }
    }
}
