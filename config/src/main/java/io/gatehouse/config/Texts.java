package io.gatehouse.config;

/** How values of a file are shown in messages: one line, bounded, no control characters. */
final class Texts {
    private static final int LONGEST = 60;

    private Texts() {}

    static String shown(String text) {
        var line = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                line.append(String.format("\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > LONGEST ? line + "..." : line.toString();
    }

    static String quoted(String text) {
        return "`" + shown(text) + "`";
    }
}
