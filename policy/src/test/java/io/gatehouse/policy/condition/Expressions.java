package io.gatehouse.policy.condition;

import java.util.List;
import java.util.Random;

/** Makes expressions, most of which type-check, many of which fail on some requests. */
final class Expressions {
    static final List<String> NAMES = List.of("x", "y", "z");
    static final List<String> TEXTS = List.of("", "a", "ab", "admin", "ö\uD83D\uDE00", "10.0.0.1", "a.b@example.com");
    static final Long[] INTS = {0L, 1L, -1L, 2L, 70L, 128L, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE};
    static final Double[] DOUBLES = {
        0.0, -0.0, 1.0, 1.5, -1.0, 70.0, 9007199254740992.0, 9.3e18, -9.3e18, Double.NaN, Double.POSITIVE_INFINITY
    };

    private final Random random;

    Expressions(Random random) {
        this.random = random;
    }

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    String bool(int depth) {
        if (depth == 0) {
            return one("true", "false", attribute(), "has(" + path() + ")");
        }
        return switch (random.nextInt(14)) {
            case 0, 1 -> "(" + bool(depth - 1) + " && " + bool(depth - 1) + ")";
            case 2, 3 -> "(" + bool(depth - 1) + " || " + bool(depth - 1) + ")";
            case 4 -> "!" + "(" + bool(depth - 1) + ")";
            case 5 -> "(" + bool(depth - 1) + " ? " + bool(depth - 1) + " : " + bool(depth - 1) + ")";
            case 6 -> "(" + any(depth - 1) + one(" == ", " != ") + any(depth - 1) + ")";
            case 7, 8 -> "(" + ordered(depth - 1) + one(" < ", " <= ", " > ", " >= ") + ordered(depth - 1) + ")";
            case 9 -> "(" + any(depth - 1) + " in " + collection() + ")";
            case 10 -> text() + one(".startsWith(", ".endsWith(", ".contains(") + text() + ")";
            case 11 -> text() + ".matches(" + one("'^a'", "'a.*'", "'[0-9]+'", "'^(a|b)+$'", "''", "'ö'") + ")";
            case 12 -> "has(" + path() + ")";
            default -> comprehension();
        };
    }

    private String comprehension() {
        var of = one("action.x", "context.y", "[1, 2, 3]", "principal.roles");
        var test = one("e == 'a'", "e > 1", "e in [1, 'b']", "has(e.x)", "e.x == 1 || e == 2");
        return of + one(".all(e, ", ".exists(e, ", ".exists_one(e, ") + test + ")";
    }

    private String any(int depth) {
        return switch (random.nextInt(7)) {
            case 0 -> attribute();
            case 1 -> text();
            case 2 -> number(depth);
            case 3 -> collection();
            case 4 -> one("true", "false", "null");
            case 5 -> "dyn(" + number(depth) + ")";
            default -> path();
        };
    }

    private String ordered(int depth) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> attribute();
            case 2 -> text();
            case 3 -> "size(" + collection() + ")";
            default -> number(depth);
        };
    }

    private String number(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            return "(" + number(depth - 1) + one(" + ", " - ", " * ", " / ", " % ") + number(depth - 1) + ")";
        }
        return one("0", "1", "-1", "70", "70.0", "1.5", "-0.0", "5u", "9223372036854775807", "1e300", attribute());
    }

    private String text() {
        return one("'a'", "''", "'admin'", "'é'", "principal.id", "action.id", attribute());
    }

    private String collection() {
        return one(
                "['a', 'b']",
                "[1, 2.0, 'a']",
                "[]",
                "[null]",
                "[1u, 70]",
                "principal.roles",
                attribute(),
                "{'a': 1, 'x': 2}",
                "[principal.id, 'b']");
    }

    private String attribute() {
        return one("action.", "context.") + one("x", "y", "z", "missing");
    }

    private String path() {
        return attribute() + one("", ".x", "[0]", "[-1]", "['y']", "[5]") + one(".x", ".y", ".z");
    }
}
