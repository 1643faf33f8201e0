package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.ConfigSource;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Assembles the commands. Exit codes: 0 done, 1 failed, 2 wrong usage. */
public final class CommandLines {
    static final int FAILED = 1;

    private CommandLines() {}

    /** The whole command line. */
    public static CommandLine create(ConfigSource source, Map<String, String> environment) {
        return new CommandLine(new RootCommand())
                .addSubcommand(new QuickstartCommand(source, environment))
                .addSubcommand(new RunCommand(source, environment))
                .addSubcommand(new CheckCommand(source, environment))
                .addSubcommand(new ExplainCommand(source, environment))
                .addSubcommand(new SchemaCommand(source))
                .addSubcommand(new ApprovalCommand())
                .addSubcommand(new AuditCommand())
                .addSubcommand(new HealthCommand())
                .addSubcommand(new VersionCommand(environment))
                .setExpandAtFiles(false) // `--data @FILE` is the command's own
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi(environment)))
                .setExecutionExceptionHandler(CommandLines::failed);
    }

    /** Colours for a terminal only: picocli's own guess takes every console of newer JDKs for one. */
    @SuppressWarnings("SystemConsoleNull") // where the JDK has no console provider it still does
    private static Ansi ansi(Map<String, String> environment) {
        var console = System.console();
        boolean wanted = console != null && console.isTerminal() && !environment.containsKey("NO_COLOR");
        return wanted ? Ansi.ON : Ansi.OFF;
    }

    private static int failed(Exception exception, CommandLine command, CommandLine.ParseResult parsed) {
        return PlainRun.failed(exception, command.getErr());
    }
}
