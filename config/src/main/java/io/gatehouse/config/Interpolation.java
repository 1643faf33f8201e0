package io.gatehouse.config;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Replaces variables, defaults and files in values: {@link Substitution} says how they are written. */
final class Interpolation {
    private static final Pattern MARK = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
    private static final Pattern VARIABLE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", Pattern.DOTALL);

    private final Substitution substitution;
    private final Problems problems;

    Interpolation(Substitution substitution, Problems problems) {
        this.substitution = substitution;
        this.problems = problems;
    }

    /**
     * A value after substitution.
     *
     * @param written as in the file, which may be shown where {@code value} may not
     * @param literal whether the whole value stands in the file, be it as a default
     */
    record Text(String value, String written, boolean literal) {}

    /** The value with everything replaced, or null after reporting what is missing. */
    @Nullable
    Text resolve(Node.Scalar scalar, String path) {
        var raw = scalar.raw();
        var matcher = MARK.matcher(raw);
        var value = new StringBuilder();
        int from = 0;
        boolean literal = true;
        boolean failed = false;
        while (matcher.find()) {
            value.append(raw, from, matcher.start());
            from = matcher.end();
            if (matcher.group().startsWith("$$")) {
                value.append("${");
                continue;
            }
            var piece = piece(matcher, scalar, path);
            failed |= piece == null;
            if (piece != null) {
                value.append(piece.value());
                literal &= piece.literal();
            }
        }
        value.append(raw, from, raw.length());
        return failed ? null : new Text(value.toString(), raw, literal);
    }

    private @Nullable Text piece(Matcher matcher, Node.Scalar scalar, String path) {
        var inner = matcher.group(1);
        if (matcher.group(2).isEmpty()) {
            problems.add(scalar.at(), path, "`${` is not closed (write `$${` for the characters themselves)");
            return null;
        }
        if (inner.startsWith("file:")) {
            return file(inner.substring("file:".length()), scalar, path);
        }
        var variable = VARIABLE.matcher(inner);
        if (!variable.matches()) {
            problems.add(scalar.at(), path, "expected `${NAME}`, `${NAME:-default}` or `${file:path}`");
            return null;
        }
        var given = substitution.variable(variable.group(1));
        var fallback = variable.group(2);
        if (fallback != null && (given == null || given.isEmpty())) {
            return new Text(fallback, inner, true);
        }
        if (given == null) {
            problems.add(scalar.at(), path, "the variable `" + variable.group(1) + "` is not set");
            return null;
        }
        return new Text(given, inner, false);
    }

    private @Nullable Text file(String name, Node.Scalar scalar, String path) {
        try {
            return new Text(withoutLineEnd(substitution.file(name)), name, false);
        } catch (IOException | InvalidPathException e) {
            problems.add(scalar.at(), path, "the file " + Texts.quoted(name) + " cannot be read");
            return null;
        }
    }

    private static String withoutLineEnd(String text) {
        int end = text.length();
        if (end > 0 && text.charAt(end - 1) == '\n') {
            end--;
        }
        if (end > 0 && text.charAt(end - 1) == '\r') {
            end--;
        }
        return text.substring(0, end);
    }
}
