package io.gatehouse.gateway.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code gatehouse approval}: what the approver page does, in a terminal. Exits with 0, 1 (refused or failed) or 2 (usage). */
@Command(
        name = "approval",
        description = "Shows what waits for approval, and decides it.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  gatehouse approval list"})
final class ApprovalCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final Predicate<String> confirm;

    @Spec
    private @Nullable CommandSpec spec;

    ApprovalCommand() {
        this(System.getenv(), ApprovalCommand::askAtTerminal);
    }

    /**
     * As the tests make it.
     *
     * @param confirm puts a question to a person; fails where there is none
     */
    ApprovalCommand(Map<String, String> environment, Predicate<String> confirm) {
        this.environment = environment;
        this.confirm = confirm;
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(line(spec), "expected `list`, `show`, `approve` or `deny`");
    }

    private static CommandLine line(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("run this command through picocli");
        }
        return spec.commandLine();
    }

    @SuppressWarnings("SystemConsoleNull") // where the JDK has no console provider it still does
    private static boolean askAtTerminal(String question) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new ApprovalUsageException("there is no terminal to ask at: say --yes");
        }
        String answer = console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).equals("y");
    }

    @Command(
            name = "list",
            description = "Lists approvals, newest first.",
            footer = {"", "Example:", "  gatehouse approval list --state all --output json"})
    int list(
            @Mixin ApprovalOptions options,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            defaultValue = "pending_approval",
                            description = "Such as pending_approval (default), approved, rejected, or all.")
                    String state) {
        return run(options, (client, out) -> {
            var items = client.list(state.equals("all") ? null : state);
            if (options.json()) {
                out.json(items);
            } else {
                out.table(items);
            }
            return 0;
        });
    }

    @Command(
            name = "show",
            description = "Shows one approval, whole.",
            footer = {"", "Example:", "  gatehouse approval show ID"})
    int show(
            @Mixin ApprovalOptions options,
            @Parameters(paramLabel = "ID", description = "The approval's id.") String id) {
        return run(options, (client, out) -> {
            print(options, out, client.show(id));
            return 0;
        });
    }

    @Command(
            name = "approve",
            description = "Approves exactly what is shown.",
            footer = {"", "Example:", "  gatehouse approval approve ID --reason 'ticket 4711'"})
    int approve(
            @Mixin ApprovalOptions options,
            @Parameters(paramLabel = "ID", description = "The approval's id.") String id,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept with the decision.")
                    String reason,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) {
        return decide(options, new Vote(id, true, reason, yes));
    }

    @Command(
            name = "deny",
            description = "Denies it.",
            footer = {"", "Example:", "  gatehouse approval deny ID --reason 'wrong customer'"})
    int deny(
            @Mixin ApprovalOptions options,
            @Parameters(paramLabel = "ID", description = "The approval's id.") String id,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Kept with the decision.")
                    String reason,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) {
        return decide(options, new Vote(id, false, reason, yes));
    }

    private record Vote(String id, boolean approve, String reason, boolean yes) {
        String word() {
            return approve ? "approve" : "deny";
        }
    }

    private int decide(ApprovalOptions options, Vote vote) {
        return run(options, (client, out) -> {
            var seen = client.show(vote.id());
            if (!options.json()) {
                out.whole(seen);
            }
            if (!vote.yes() && !confirm.test(vote.word() + " this?")) {
                out.line("nothing was decided");
                return 1;
            }
            var after = client.vote(
                    vote.id(),
                    vote.word(),
                    vote.reason(),
                    seen.get("decisionDigest").asString());
            if (options.json()) {
                out.json(after);
            } else {
                out.line("");
                out.line(vote.id() + " is now " + after.get("state").asString());
            }
            return 0;
        });
    }

    private static void print(ApprovalOptions options, ApprovalPrinter out, JsonNode approval) {
        if (options.json()) {
            out.json(approval);
        } else {
            out.whole(approval);
        }
    }

    private interface Step {
        int run(ApprovalClient client, ApprovalPrinter out) throws ApprovalClient.Failure;
    }

    private int run(ApprovalOptions options, Step step) {
        var commandLine = line(spec);
        PrintWriter errors = commandLine.getErr();
        try (var client = new ApprovalClient(options.url(environment), options.token(environment))) {
            return step.run(client, new ApprovalPrinter(commandLine.getOut()));
        } catch (ApprovalUsageException e) {
            errors.println(TerminalText.visible(String.valueOf(e.getMessage())));
            return 2;
        } catch (ApprovalClient.Failure e) {
            errors.println(TerminalText.visible(String.valueOf(e.getMessage())));
            return 1;
        } finally {
            errors.flush();
            commandLine.getOut().flush();
        }
    }
}
