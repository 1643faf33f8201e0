package io.gatehouse.gateway.cli;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.file.AuditReader;
import io.gatehouse.audit.file.RecordedEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code gatehouse audit list}: the newest events that match, oldest first. */
@Command(
        name = "list",
        description = "Lists recorded events, oldest first.",
        footer = {"", "Example:", "  gatehouse audit list --kind decision --since 24h"})
final class AuditListCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern AGE = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            defaultValue = AuditCommand.FOLDER,
            description = "The log's folder (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path folder;

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How they are printed (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Output output;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "decision, outcome, approval, configuration, lifecycle or gap.")
    private @Nullable String kind;

    @Option(names = "--principal", paramLabel = "TYPE:ID", description = "Who asked.")
    private @Nullable String principal;

    @Option(names = "--request", paramLabel = "ID", description = "The request's id.")
    private @Nullable String request;

    @Option(names = "--approval", paramLabel = "ID", description = "The approval's id.")
    private @Nullable String approval;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "An age such as 15m, 24h or 7d, or an instant such as 2026-11-01T00:00:00Z.")
    private @Nullable String since;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "Most events to print (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before it runs the command
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        check();
        long from = from();
        var log = new AuditReader(folder);
        var err = spec.commandLine().getErr();
        if (!log.exists()) {
            err.println("no audit log in `" + folder + "`");
            return 1;
        }
        Deque<JsonNode> found = new ArrayDeque<>();
        int exit = 0;
        try {
            log.events(event -> keep(event, from, found));
        } catch (AuditDamagedException e) {
            err.println(TerminalText.visible(e.getMessage() + "; events behind it are not listed"));
            exit = 1;
        }
        print(found, spec.commandLine().getOut());
        return exit;
    }

    private void check() {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit: expected 1 or more, got `" + limit + "`");
        }
        if (kind != null
                && Arrays.stream(AuditKind.values()).noneMatch(k -> k.wireName().equals(kind))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--kind: expected decision, outcome, approval, configuration, lifecycle or gap, got `" + kind
                            + "`");
        }
    }

    private long from() {
        if (since == null) {
            return Long.MIN_VALUE;
        }
        var age = AGE.matcher(since);
        try {
            return age.matches()
                    ? Instant.now()
                            .minus(duration(Long.parseLong(age.group(1)), age.group(2)))
                            .toEpochMilli()
                    : Instant.parse(since).toEpochMilli();
        } catch (DateTimeException _) {
            throw new ParameterException(
                    spec.commandLine(), "--since: expected an age such as `24h` or an instant, got `" + since + "`");
        }
    }

    private static Duration duration(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private void keep(RecordedEvent recorded, long from, Deque<JsonNode> found) {
        var event = JSON.readTree(recorded.payload());
        if (event.path("time").asLong(0) >= from
                && matches(event, "kind", kind)
                && matches(event, "principal", principal)
                && matches(event, "requestId", request)
                && matches(event, "approval", approval)) {
            var row = JSON.createObjectNode().put("index", recorded.index());
            event.properties().forEach(field -> row.set(field.getKey(), field.getValue()));
            found.addLast(row);
            if (found.size() > limit) {
                found.removeFirst();
            }
        }
    }

    private static boolean matches(JsonNode event, String field, @Nullable String wanted) {
        return wanted == null || event.path(field).asString("").equals(wanted);
    }

    private void print(Deque<JsonNode> found, PrintWriter out) {
        switch (output) {
            case json -> out.println(TerminalText.JSON.writeValueAsString(found));
            case table -> AuditTable.print(found, out);
        }
        out.flush();
    }
}
