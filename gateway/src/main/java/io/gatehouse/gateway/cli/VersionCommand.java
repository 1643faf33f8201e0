package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.Version;
import io.gatehouse.proxy.http.transport.Transport;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse version}. */
@Command(
        name = "version",
        description = "Prints the version, the JDK, and the transport that would be used.",
        footer = {"", "Example:", "  GATEHOUSE_TRANSPORT=epoll gatehouse version"})
final class VersionCommand implements Runnable {
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    VersionCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        var out = spec.commandLine().getOut();
        out.println("gatehouse " + Version.read());
        out.println("jdk " + Runtime.version());
        out.println("transport " + Transport.kindFrom(environment).wireName());
        out.flush();
    }
}
