package io.gatehouse.gateway.cli;

import java.util.Locale;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Text for a terminal. Much of what is printed comes from strangers: whatever could move the cursor, colour the screen, hide,
 * or reorder text is spelled out.
 */
final class TerminalText {
    /** Writes JSON in ASCII, everything else escaped. */
    static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private TerminalText() {}

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

    /** {@code 1 fault}, {@code 2 faults}. */
    static String counted(long count, String one) {
        return counted(count, one, one + "s");
    }

    static String counted(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
