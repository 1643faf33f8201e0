package io.gatehouse.config;

import org.jspecify.annotations.Nullable;

/** Where the settings of a loaded file stand, so that checks across settings report as well as the loader does. */
public final class Positions {
    private final String file;
    private final Node root;

    Positions(String file, Node root) {
        this.file = file;
        this.root = root;
    }

    public String file() {
        return file;
    }

    /** The place of the value at a path such as {@code routes[0].to}; of the nearest setting around it where it was left out. */
    public Position of(String path) {
        return nearest(path).node().at();
    }

    /** Whether the file has a value at a path. */
    public boolean has(String path) {
        return nearest(path).exact();
    }

    private record Found(Node node, boolean exact) {}

    private Found nearest(String path) {
        var node = root;
        for (var step : KeyPath.steps(path)) {
            var next = child(node, step);
            if (next == null) {
                return new Found(node, false);
            }
            node = next;
        }
        return new Found(node, true);
    }

    /** An error at the place of {@code path}. */
    public ConfigError error(String path, String message) {
        var at = of(path);
        return new ConfigError(file, at.line(), at.column(), path, message);
    }

    private static @Nullable Node child(Node node, KeyPath.Step step) {
        return switch (step) {
            case KeyPath.Step.Key(String name) -> node instanceof Node.Mapping mapping ? mapping.get(name) : null;
            case KeyPath.Step.Index(int index) ->
                node instanceof Node.Sequence sequence
                                && index < sequence.items().size()
                        ? sequence.items().get(index)
                        : null;
        };
    }
}
