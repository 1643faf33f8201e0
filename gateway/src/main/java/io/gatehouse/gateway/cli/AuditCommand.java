package io.gatehouse.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gatehouse audit}: reads and verifies the audit log from its files, also while a gateway writes to it. */
@Command(
        name = "audit",
        description = "Lists, proves and verifies recorded events.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  gatehouse audit list --since 1h"},
        subcommands = {AuditListCommand.class, AuditEvidenceCommand.class, AuditVerifyCommand.class})
final class AuditCommand implements Runnable {
    static final String FOLDER = "data/audit";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a subcommand: list, evidence or verify");
    }
}
