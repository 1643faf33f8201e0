package io.gatehouse.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file as a tree: aliases expanded, keys unique, bounded in depth and size. */
sealed interface Node {
    Position at();

    /** What it is, for messages. */
    String kind();

    /** A value as it is written, before substitution. */
    record Scalar(Position at, String raw, boolean plain) implements Node {
        /** Whether nothing was written, or YAML's word for nothing. */
        boolean isNothing() {
            return plain
                    && switch (raw) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }

        @Override
        public String kind() {
            return isNothing() ? "nothing" : "a single value";
        }
    }

    /** Values in order. */
    record Sequence(Position at, List<Node> items) implements Node {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Values by key, in the order of the file. */
    record Mapping(Position at, List<Entry> entries) implements Node {
        @Nullable
        Node get(String key) {
            for (var entry : entries) {
                if (entry.key().equals(key)) {
                    return entry.value();
                }
            }
            return null;
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** One key of a mapping with its value. */
    record Entry(Position at, String key, Node value) {}
}
