package io.gatehouse.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Types that one value of a file is turned into: the built-in ones, enums, and whatever has {@code static parse(String)}. */
final class ScalarTypes {
    private static final Pattern HOST_AND_PORT = Pattern.compile("[A-Za-z0-9.-]+:[0-9]{1,5}");

    static final String INTEGER = "-?(0|[1-9]\\d{0,17})";
    static final String DECIMAL = "-?(0|[1-9]\\d{0,14})(\\.\\d{1,15})?";

    /** What the {@code parse} of a value type takes: the text, and the folder where relative paths begin if it may be one. */
    static final Set<List<Class<?>>> PARSED_FROM = Set.of(List.of(String.class), List.of(String.class, Path.class));

    private ScalarTypes() {}

    /**
     * One of them.
     *
     * @param expected for messages, such as {@code a whole number}
     * @param json the JSON type in a schema
     * @param form how it is written, as a regular expression
     * @param parse throws a RuntimeException for what it does not take
     */
    record ScalarType(String expected, Json json, @Nullable String form, Function<String, Object> parse) {}

    /** The types of JSON that matter here: those but {@code STRING} are written without quotes. */
    enum Json {
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN
    }

    /** The type's description; {@code folder} is where relative paths begin. */
    static ScalarType of(Class<?> type, Path folder) {
        if (type == String.class) {
            return new ScalarType("a text", Json.STRING, null, text -> text);
        }
        if (type == int.class || type == Integer.class) {
            return new ScalarType(
                    "a whole number", Json.INTEGER, INTEGER, text -> (int) whole(text, Integer.MAX_VALUE));
        }
        if (type == long.class || type == Long.class) {
            return new ScalarType("a whole number", Json.INTEGER, INTEGER, text -> whole(text, Long.MAX_VALUE));
        }
        if (type == double.class || type == Double.class) {
            return new ScalarType("a number", Json.NUMBER, DECIMAL, ScalarTypes::decimal);
        }
        if (type == boolean.class || type == Boolean.class) {
            return new ScalarType("`true` or `false`", Json.BOOLEAN, "true|false", ScalarTypes::truth);
        }
        if (type == Duration.class) {
            return new ScalarType("a duration", Json.STRING, Durations.WRITTEN, Durations::parse);
        }
        if (type == URI.class) {
            return new ScalarType("a URI", Json.STRING, null, ScalarTypes::uri);
        }
        if (type == Path.class) {
            return new ScalarType("a path", Json.STRING, null, text -> path(text, folder));
        }
        if (type == Secret.class) {
            return new ScalarType("a secret", Json.STRING, null, Secret::parse);
        }
        return type.isEnum() ? enumeration(type) : parsed(type, folder);
    }

    /** The names of an enum's constants as a file writes them. */
    static List<String> names(Class<?> enumeration) {
        return Arrays.stream(enumeration.getEnumConstants())
                .map(ScalarTypes::name)
                .toList();
    }

    private static String name(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static ScalarType enumeration(Class<?> type) {
        var names = names(type);
        var expected = names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        return new ScalarType(expected, Json.STRING, String.join("|", names), text -> {
            int index = names.indexOf(text);
            if (index < 0) {
                throw new IllegalArgumentException("expected one of " + expected + Suggestion.of(text, names));
            }
            return type.getEnumConstants()[index];
        });
    }

    private static ScalarType parsed(Class<?> type, Path folder) {
        var parse = parse(type);
        parse.setAccessible(true);
        boolean mayBePath = parse.getParameterCount() == 2;
        var form = type.getAnnotation(Form.class);
        return new ScalarType("a value", Json.STRING, form == null ? null : form.value(), text -> {
            try {
                return mayBePath ? parse.invoke(null, text, folder) : parse.invoke(null, text);
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Method parse(Class<?> type) {
        for (var method : type.getDeclaredMethods()) {
            if (method.getName().equals("parse") && PARSED_FROM.contains(List.of(method.getParameterTypes()))) {
                return method;
            }
        }
        throw new IllegalStateException("cannot be read from a file: " + type);
    }

    private static long whole(String text, long most) {
        if (!text.matches(INTEGER)) {
            throw new IllegalArgumentException("expected a whole number");
        }
        long value = Long.parseLong(text);
        if (value > most || value < -most) {
            throw new IllegalArgumentException("expected a whole number from -" + most + " to " + most);
        }
        return value;
    }

    private static Object decimal(String text) {
        if (!text.matches(DECIMAL)) {
            throw new IllegalArgumentException("expected a number");
        }
        return Double.parseDouble(text);
    }

    private static Object truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected `true` or `false`");
        };
    }

    private static Object uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // an address with a port and no scheme
            var meant = HOST_AND_PORT.matcher(text).matches() ? " such as `http://" + text + "`" : "";
            throw new IllegalArgumentException("expected a URI" + meant, e);
        }
    }

    private static Object path(String text, Path folder) {
        try {
            if (!text.isBlank()) {
                return folder.resolve(text);
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("expected a path", e);
        }
        throw new IllegalArgumentException("expected a path");
    }
}
