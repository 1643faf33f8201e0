package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigNode;
import io.gatehouse.config.Decoder;
import io.gatehouse.config.Schemas;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The file of an embedded database, written {@code sqlite:PATH}. */
public record SqliteLocation(Path file) {
    private static final String SCHEME = "sqlite:";

    /** Reads locations relative to the configuration's folder. */
    record Reader(Path folder) implements Decoder<SqliteLocation> {
        @Override
        public @Nullable SqliteLocation decode(ConfigNode node) {
            var text = node.text();
            if (text == null) {
                return null;
            }
            if (text.startsWith("postgresql:")) {
                node.error("PostgreSQL is not supported by this version, expected `sqlite:PATH`");
                return null;
            }
            try {
                if (text.startsWith(SCHEME) && text.length() > SCHEME.length()) {
                    return new SqliteLocation(folder.resolve(text.substring(SCHEME.length())));
                }
            } catch (InvalidPathException e) {
                node.error("expected a path after `sqlite:`");
                return null;
            }
            node.error("expected `sqlite:PATH`");
            return null;
        }

        @Override
        public ObjectNode schema(Schemas schemas) {
            return schemas.empty().put("type", "string").put("pattern", "^(sqlite:.+|\\$\\{.+)$");
        }
    }
}
