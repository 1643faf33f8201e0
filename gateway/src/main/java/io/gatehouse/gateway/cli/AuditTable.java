package io.gatehouse.gateway.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Recorded events as a table. */
final class AuditTable {
    private AuditTable() {}

    /** One line an event, after a head; the first column is the index where events have one. */
    static void print(Collection<JsonNode> events, PrintWriter out) {
        boolean indexed = events.stream().allMatch(event -> event.has("index"));
        out.println((indexed ? "INDEX    " : "")
                + row("TIME", "KIND", "PRINCIPAL", "ACTION", "RESOURCE", "DECISION", "OUTCOME", "APPROVAL"));
        for (var event : events) {
            var index = String.format(Locale.ROOT, "%-8s ", event.path("index").asLong(0));
            out.println((indexed ? index : "")
                    + row(
                            Instant.ofEpochMilli(event.path("time").asLong(0)),
                            cell(event, "kind"),
                            cell(event, "principal"),
                            cell(event, "action"),
                            cell(event, "resource"),
                            cell(event, "decision"),
                            cell(event, "outcome"),
                            cell(event, "approval")));
        }
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%-24s %-13s %-20s %-22s %-28s %-15s %-20s %s", cells)
                .stripTrailing();
    }

    private static String cell(JsonNode event, String field) {
        var text = event.path(field).asString("");
        return text.isEmpty() ? "-" : TerminalText.visible(text);
    }
}
