package io.gatehouse.adapters.json;

/**
 * Characters that a person does not see and a model does: format and control characters, tags, bidirectional marks, fillers,
 * variation selectors (but for the one that asks for an emoji's coloured form), private use and unassigned code points.
 */
public final class HiddenText {
    private static final int EMOJI_PRESENTATION = 0xFE0F;

    private HiddenText() {}

    /** Whether {@code text} holds any; line breaks and tabs are not hidden. */
    public static boolean in(String text) {
        return text.codePoints().anyMatch(HiddenText::hidden);
    }

    static boolean hidden(int point) {
        if (point == '\n' || point == '\r' || point == '\t' || point == EMOJI_PRESENTATION) {
            return false;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> blank(point);
        };
    }

    private static boolean blank(int point) {
        return point == 0x034F // combining grapheme joiner
                || point == 0x115F // Hangul fillers
                || point == 0x1160
                || point == 0x3164
                || point == 0xFFA0
                || point == 0x17B4 // Khmer inherent vowels
                || point == 0x17B5
                || point == 0x2800 // braille blank
                || (point >= 0x180B && point <= 0x180F) // Mongolian variation selectors
                || (point >= 0xFE00 && point <= 0xFE0E) // variation selectors
                || (point >= 0xE0100 && point <= 0xE01EF);
    }
}
