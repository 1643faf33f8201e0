package io.gatehouse.filters.text;

/** Text of a stranger, made so that a person sees what is there. */
public final class VisibleText {
    private VisibleText() {}

    /**
     * Cuts at {@code limit} characters and writes control characters, and characters that hide or reorder others
     * (bidirectional overrides, zero-width ones, lone surrogates), as <code>\\u202e</code> and the like. Line feeds and tabs
     * stay.
     */
    public static String of(String text, int limit) {
        int length = Math.min(text.length(), limit);
        if (length < text.length() && Character.isHighSurrogate(text.charAt(length - 1))) {
            length--;
        }
        var visible = new StringBuilder(length);
        for (int i = 0; i < length; ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (shown(point)) {
                visible.appendCodePoint(point);
            } else {
                visible.append("\\u").append(String.format("%04x", point));
            }
        }
        return visible.toString();
    }

    /** As {@link #of}, with line feeds and tabs written out too. */
    public static String line(String text, int limit) {
        return of(text, limit).replace("\n", "\\n").replace("\t", "\\t");
    }

    private static boolean shown(int point) {
        if (point == '\n' || point == '\t') {
            return true;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
