package io.gatehouse.config;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A part of a file, handed to a {@link Decoder}. What returns null has reported why. */
public final class ConfigNode {
    private final Binder binder;
    private final Node node;
    private final String path;

    ConfigNode(Binder binder, Node node, String path) {
        this.binder = binder;
        this.node = node;
        this.path = path;
    }

    /** The path of this part, such as {@code chains.secured[1]}. */
    public String path() {
        return path;
    }

    /** Whether this is a single value, and not nothing. */
    public boolean isScalar() {
        return node instanceof Node.Scalar scalar && !scalar.isNothing();
    }

    public boolean isList() {
        return node instanceof Node.Sequence;
    }

    public boolean isMapping() {
        return node instanceof Node.Mapping;
    }

    /** What this is, for messages: {@code a list}, {@code nothing}. */
    public String kind() {
        return node.kind();
    }

    /** The items of a list; none of anything else. */
    public List<ConfigNode> items() {
        if (!(node instanceof Node.Sequence sequence)) {
            return List.of();
        }
        return IntStream.range(0, sequence.items().size())
                .mapToObj(i -> new ConfigNode(binder, sequence.items().get(i), KeyPath.index(path, i)))
                .toList();
    }

    /** The keys of a mapping in the order of the file; none of anything else. */
    public List<String> keys() {
        return node instanceof Node.Mapping mapping
                ? mapping.entries().stream().map(Node.Entry::key).toList()
                : List.of();
    }

    /** The value of a key of a mapping; null, and nothing reported, where there is none. */
    public @Nullable ConfigNode get(String key) {
        var value = node instanceof Node.Mapping mapping ? mapping.get(key) : null;
        return value == null ? null : new ConfigNode(binder, value, KeyPath.key(path, key));
    }

    /** The single value as text. */
    public @Nullable String text() {
        return bind(String.class);
    }

    /** This part as a value of {@code type}. */
    public <T> @Nullable T bind(Class<T> type) {
        return type.cast(binder.bind(node, path, TypeRef.of(type)));
    }

    /** This mapping as a record, a key that is no component of it left aside. */
    public <T extends Record> @Nullable T bindWithout(String key, Class<T> type) {
        return type.cast(binder.bindRecord(node, path, TypeRef.of(type), Set.of(key)));
    }

    /** The record that an empty mapping in this place would make. */
    public <T extends Record> @Nullable T bindEmpty(Class<T> type) {
        return type.cast(binder.bind(new Node.Mapping(node.at(), List.of()), path, TypeRef.of(type)));
    }

    /** Reports an error in this place. */
    public void error(String message) {
        binder.report(node.at(), path, message);
    }
}
