package io.gatehouse.gateway.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Prints approvals. Their texts come from strangers, see {@link TerminalText}. */
final class ApprovalPrinter {
    private static final int TITLE_WIDTH = 60;

    private final PrintWriter out;

    ApprovalPrinter(PrintWriter out) {
        this.out = out;
    }

    void line(String text) {
        out.println(TerminalText.visible(text));
    }

    void json(Object value) {
        out.println(TerminalText.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value));
    }

    void table(List<JsonNode> items) {
        if (items.isEmpty()) {
            line("nothing waits here");
            return;
        }
        int width = Math.max(
                9,
                items.stream()
                        .mapToInt(item -> text(item, "requester").length())
                        .max()
                        .orElse(0));
        row("ID", "STATE", "LEFT", "REQUESTER", width, "TITLE");
        for (var item : items) {
            String title = text(item, "title");
            row(
                    text(item, "id"),
                    text(item, "state"),
                    left(item),
                    text(item, "requester"),
                    width,
                    title.length() > TITLE_WIDTH ? title.substring(0, TITLE_WIDTH - 1) + "~" : title);
        }
    }

    private void row(String id, String state, String left, String requester, int width, String title) {
        out.println(String.format(
                Locale.ROOT, "%-30s  %-16s  %-8s  %-" + width + "s  %s", id, state, left, requester, title));
    }

    /** Everything that the decision digest binds, and where it stands. */
    void whole(JsonNode approval) {
        fact("approval", text(approval, "id"));
        fact("state", text(approval, "state") + (left(approval).isEmpty() ? "" : ", " + left(approval) + " left"));
        fact("title", text(approval, "title"));
        for (var demand : approval.path("demands")) {
            fact("stopped by", text(demand, "source") + ": " + text(demand, "reason"));
        }
        fact("requester", text(approval, "requester"));
        fact("route", text(approval, "route"));
        for (var fact : approval.path("facts")) {
            fact(text(fact, "name").toLowerCase(Locale.ROOT), text(fact, "value"));
        }
        fact("digest", text(approval, "decisionDigest"));
        for (var vote : approval.path("votes")) {
            String word = vote.path("approve").asBoolean() ? "approved" : "denied";
            fact(word + " by", text(vote, "approver") + " " + text(vote, "at") + " " + text(vote, "reason"));
        }
        String body = approval.path("body").asString("");
        if (!body.isEmpty()) {
            out.println("body");
            for (var line : List.of(body.split("\n", -1))) {
                out.println("    " + TerminalText.visible(line));
            }
        }
    }

    private void fact(String name, String value) {
        out.println(String.format(Locale.ROOT, "%-16s%s", name, value));
    }

    private static String text(JsonNode node, String name) {
        return TerminalText.visible(node.path(name).asString(""));
    }

    private static String left(JsonNode approval) {
        if (!approval.path("state").asString("").equals("pending_approval")) {
            return "";
        }
        long seconds = Math.max(
                0,
                Duration.between(
                                Instant.now(),
                                Instant.parse(approval.path("expiresAt").asString()))
                        .toSeconds());
        return seconds >= 3600
                ? seconds / 3600 + "h" + seconds % 3600 / 60 + "m"
                : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
