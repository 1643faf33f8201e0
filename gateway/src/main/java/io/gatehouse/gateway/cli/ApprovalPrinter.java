package io.gatehouse.gateway.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints approvals. Their texts come from strangers: whatever could move the cursor, colour the screen, hide, or reorder text
 * is spelled out before it reaches a terminal.
 */
final class ApprovalPrinter {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final int TITLE_WIDTH = 60;

    private final PrintWriter out;

    ApprovalPrinter(PrintWriter out) {
        this.out = out;
    }

    void line(String text) {
        out.println(visible(text));
    }

    void json(Object value) {
        out.println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value));
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
                out.println("    " + visible(line));
            }
        }
    }

    private void fact(String name, String value) {
        out.println(String.format(Locale.ROOT, "%-16s%s", name, value));
    }

    private static String text(JsonNode node, String name) {
        return visible(node.path(name).asString(""));
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

    /** {@code text} on one line, with each control, format, private or odd space character as its code point. */
    static String visible(String text) {
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (hidden(point)) {
                shown.append(String.format(Locale.ROOT, "<U+%04X>", point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }

    private static boolean hidden(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            case Character.SPACE_SEPARATOR -> point != ' ';
            default ->
                point == 0x115F
                        || point == 0x1160
                        || point == 0x3164
                        || point == 0xFFA0
                        || point == 0x2800
                        || point == 0x034F
                        || (point >= 0xFE00 && point <= 0xFE0F)
                        || (point >= 0xE0100 && point <= 0xE01EF);
        };
    }
}
