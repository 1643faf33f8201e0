package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.ConfigSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse schema}. */
@Command(
        name = "schema",
        description = "Prints the JSON Schema of the configuration, for editors.",
        footer = {"", "Example:", "  gatehouse schema > gatehouse.schema.json"})
final class SchemaCommand implements Runnable {
    private final ConfigSource source;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    SchemaCommand(ConfigSource source) {
        this.source = source;
    }

    @Override
    public void run() {
        var out = spec.commandLine().getOut();
        out.println(source.schema().toPrettyString());
        out.flush();
    }
}
