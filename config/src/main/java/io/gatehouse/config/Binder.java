package io.gatehouse.config;

import io.gatehouse.config.RecordShape.Component;
import io.gatehouse.config.ScalarTypes.Json;
import io.gatehouse.config.ScalarTypes.ScalarType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a tree into records. Every method that returns null has reported why, and goes on to find what else is wrong. */
final class Binder {
    /** Messages of constructors that name the setting at fault: {@code risk: expected ...}, {@code levels[0].quorum: ...}. */
    private static final Pattern NAMED =
            Pattern.compile("([A-Za-z][A-Za-z0-9]*)([.\\[][^:\\s]*)?: (.+)", Pattern.DOTALL);

    private static final TypeRef FREE_LIST = new TypeRef(List.class, List.of(TypeRef.of(Object.class)));
    private static final TypeRef FREE_MAP =
            new TypeRef(Map.class, List.of(TypeRef.of(String.class), TypeRef.of(Object.class)));

    private final Problems problems;
    private final Interpolation interpolation;
    private final Path folder;
    private final Decoders decoders;
    private final PlannedKeys planned;
    private final Redaction redaction = new Redaction();
    private final List<FoundSecret> secrets = new ArrayList<>();

    Binder(Problems problems, ConfigLoader.Settings settings) {
        this.problems = problems;
        this.interpolation = new Interpolation(settings.substitution(), problems);
        this.folder = settings.folder();
        this.decoders = settings.decoders();
        this.planned = new PlannedKeys(settings.plannedKeys());
    }

    List<FoundSecret> secrets() {
        return List.copyOf(secrets);
    }

    void report(Position at, String path, String message) {
        problems.add(at, path, redaction.clean(message));
    }

    @Nullable
    Object bind(Node node, String path, TypeRef type) {
        var decoder = decoders.forType(type.raw());
        if (decoder != null) {
            return decoder.decode(new ConfigNode(this, node, path));
        }
        if (type.raw() == List.class || type.raw() == Set.class) {
            return bindItems(node, path, type);
        }
        if (type.raw() == Map.class) {
            return bindMap(node, path, type);
        }
        if (type.raw() == Object.class) {
            return bindFree(node, path);
        }
        return type.raw().isRecord() && !hasParse(type.raw())
                ? bindRecord(node, path, type, Set.of())
                : bindScalar(node, path, type.raw());
    }

    /** Records such as {@link Size} are written as one value. */
    static boolean hasParse(Class<?> type) {
        for (var method : type.getDeclaredMethods()) {
            if (method.getName().equals("parse")
                    && method.getReturnType() == type
                    && ScalarTypes.PARSED_FROM.contains(List.of(method.getParameterTypes()))) {
                return true;
            }
        }
        return false;
    }

    /** What YAML's core schema says: text, booleans, {@code Long}, {@code Double}, lists and maps. */
    private @Nullable Object bindFree(Node node, String path) {
        return switch (node) {
            case Node.Mapping mapping -> bindMap(mapping, path, FREE_MAP);
            case Node.Sequence sequence -> bindItems(sequence, path, FREE_LIST);
            case Node.Scalar scalar -> bindScalar(scalar, path, FreeValues.type(scalar));
        };
    }

    private @Nullable Object bindItems(Node node, String path, TypeRef type) {
        if (!(node instanceof Node.Sequence sequence)) {
            var hint = node instanceof Node.Scalar s && s.isNothing() ? "; leave the key out or write `[]`" : "";
            report(node.at(), path, "expected a list, got " + node.kind() + hint);
            return null;
        }
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            var item = bind(sequence.items().get(i), KeyPath.index(path, i), type.argument(0));
            if (item != null) {
                items.add(item);
            }
        }
        if (items.size() < sequence.items().size()) {
            return null;
        }
        return type.raw() == List.class ? List.copyOf(items) : bindSet(items, sequence, path);
    }

    private @Nullable Object bindSet(List<Object> items, Node.Sequence sequence, String path) {
        Set<Object> set = new LinkedHashSet<>();
        boolean unique = true;
        for (int i = 0; i < items.size(); i++) {
            if (!set.add(items.get(i))) {
                report(sequence.items().get(i).at(), KeyPath.index(path, i), "the list has this twice");
                unique = false;
            }
        }
        return unique ? Collections.unmodifiableSet(set) : null;
    }

    private @Nullable Object bindMap(Node node, String path, TypeRef type) {
        if (!(node instanceof Node.Mapping mapping)) {
            var hint = node instanceof Node.Scalar s && s.isNothing() ? "; leave the key out or write `{}`" : "";
            report(node.at(), path, "expected a mapping, got " + node.kind() + hint);
            return null;
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        for (var entry : mapping.entries()) {
            var at = KeyPath.key(path, entry.key());
            var key = bindKey(entry, at, type.argument(0).raw());
            var value = bind(entry.value(), at, type.argument(1));
            if (key != null && value != null) {
                map.put(key, value);
            }
        }
        return map.size() == mapping.entries().size() ? Collections.unmodifiableMap(map) : null;
    }

    private @Nullable Object bindKey(Node.Entry entry, String path, Class<?> type) {
        if (entry.key().contains("${")) {
            report(entry.at(), path, "keys are taken as they are, without substitution");
            return null;
        }
        if (entry.key().isBlank()) {
            report(entry.at(), path, "expected a name as key, got nothing");
            return null;
        }
        return parse(
                ScalarTypes.of(type, folder),
                type,
                new Interpolation.Text(entry.key(), entry.key(), true),
                entry.at(),
                path);
    }

    private @Nullable Object bindScalar(Node node, String path, Class<?> type) {
        var scalarType = ScalarTypes.of(type, folder);
        if (!(node instanceof Node.Scalar scalar) || scalar.isNothing()) {
            report(node.at(), path, "expected " + scalarType.expected() + ", got " + node.kind());
            return null;
        }
        var text = interpolation.resolve(scalar, path);
        if (text == null) {
            return null;
        }
        redaction.hide(text, type == Secret.class);
        if (scalarType.json() != Json.STRING
                && !scalar.plain()
                && text.written().equals(text.value())) {
            report(
                    scalar.at(),
                    path,
                    "expected " + scalarType.expected() + ", got the text " + Texts.quoted(text.value())
                            + " (leave the quotes out)");
            return null;
        }
        var value = parse(scalarType, type, text, scalar.at(), path);
        if (value instanceof Secret secret) {
            secrets.add(new FoundSecret(path, secret, text.literal()));
        }
        return value;
    }

    private @Nullable Object parse(
            ScalarType scalarType, Class<?> type, Interpolation.Text text, Position at, String path) {
        try {
            return scalarType.parse().apply(text.value());
        } catch (RuntimeException e) {
            var message = e instanceof IllegalArgumentException
                            && e.getMessage() != null
                            && !(e instanceof NumberFormatException)
                    ? e.getMessage()
                    : "expected " + scalarType.expected();
            boolean tellsValue = type == Secret.class || message.contains(", got ");
            report(at, path, tellsValue ? message : withGiven(message, text.written()));
            return null;
        }
    }

    /** Puts the value before a suggestion. */
    private static String withGiven(String message, String given) {
        var got = given.isEmpty() ? ", got an empty text" : ", got " + Texts.quoted(given);
        int suggestion = message.indexOf(" (did you mean");
        return suggestion < 0 ? message + got : message.substring(0, suggestion) + got + message.substring(suggestion);
    }

    @Nullable
    Object bindRecord(Node node, String path, TypeRef type, Set<String> ignored) {
        var shape = RecordShape.of(type);
        if (node instanceof Node.Scalar scalar && !scalar.isNothing() && shape.shorthand() != null) {
            var alone = new Node.Mapping(node.at(), List.of(new Node.Entry(node.at(), shape.shorthand(), node)));
            return build(shape, new Given(alone, path, true, Set.of()));
        }
        if (!(node instanceof Node.Mapping mapping)) {
            report(node.at(), path, "expected a mapping, got " + node.kind());
            return null;
        }
        boolean known = true;
        Set<String> meant = new HashSet<>();
        for (var entry : mapping.entries()) {
            if (!shape.has(entry.key()) && !ignored.contains(entry.key())) {
                report(entry.at(), KeyPath.key(path, entry.key()), unknown(shape, entry.key(), path));
                known = false;
                var nearest = Suggestion.nearest(entry.key(), shape.names());
                if (nearest != null && mapping.get(nearest) == null) {
                    meant.add(nearest);
                }
            }
        }
        var built = build(shape, new Given(mapping, path, false, meant));
        return known ? built : null;
    }

    private String unknown(RecordShape shape, String key, String path) {
        if (planned.contains(KeyPath.key(path, key))) {
            return "not supported by this version";
        }
        if (key.equals("<<")) {
            return "merge keys are not supported";
        }
        var suggestion = Suggestion.of(key, shape.names());
        if (!suggestion.isEmpty()) {
            return "unknown key" + suggestion;
        }
        return shape.names().isEmpty()
                ? "unknown key (there are no settings here)"
                : "unknown key (expected one of `" + String.join("`, `", shape.names()) + "`)";
    }

    /**
     * What a record is made of.
     *
     * @param shorthand whether the file has one value in place of the mapping
     * @param misspelt settings that a wrong key was meant for: reported there, and not as missing too
     */
    private record Given(Node.Mapping mapping, String path, boolean shorthand, Set<String> misspelt) {
        String below(String name) {
            return shorthand ? path : KeyPath.key(path, name);
        }
    }

    private @Nullable Object build(RecordShape shape, Given given) {
        @Nullable Object[] values = new @Nullable Object[shape.components().size()];
        boolean sound = given.misspelt().isEmpty();
        for (int i = 0; i < values.length; i++) {
            var component = shape.components().get(i);
            if (given.misspelt().contains(component.name())) {
                continue;
            }
            var node = given.mapping().get(component.name());
            values[i] = node == null
                    ? leftOut(component, given.mapping().at(), given.path())
                    : bind(node, given.below(component.name()), component.type());
            sound &= values[i] != null || (node == null && component.nullable() && component.fallback() == null);
        }
        if (!sound) {
            return null;
        }
        try {
            return shape.construct(values);
        } catch (RuntimeException e) {
            refused(e, shape, given);
            return null;
        }
    }

    private @Nullable Object leftOut(Component component, Position at, String path) {
        var type = component.type();
        var fallback = component.fallback();
        if (fallback != null) {
            var node = fallback.equals("{}")
                    ? new Node.Mapping(at, List.of())
                    : new Node.Scalar(at, fallback, !fallback.isEmpty());
            return bind(node, KeyPath.key(path, component.name()), type);
        }
        if (type.isCollection() && !component.nullable()) {
            return type.raw() == List.class ? List.of() : type.raw() == Set.class ? Set.of() : Map.of();
        }
        if (!component.nullable()) {
            report(at, path, "the key `" + component.name() + "` is missing");
        }
        return null;
    }

    private void refused(RuntimeException e, RecordShape shape, Given given) {
        var mapping = given.mapping();
        if (!(e instanceof IllegalArgumentException) || e.getMessage() == null) {
            report(mapping.at(), given.path(), "cannot be used as it is given");
            return;
        }
        var named = NAMED.matcher(e.getMessage());
        if (!named.matches() || !shape.has(named.group(1))) {
            report(mapping.at(), given.path(), e.getMessage());
            return;
        }
        var rest = named.group(2) == null ? "" : named.group(2);
        var node = mapping.get(named.group(1));
        var at = node == null ? mapping.at() : new Positions("", node).of(rest);
        report(at, given.below(named.group(1)) + (given.shorthand() ? "" : rest), named.group(3));
    }
}
