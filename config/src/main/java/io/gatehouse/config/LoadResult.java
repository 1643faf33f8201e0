package io.gatehouse.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a file. */
public sealed interface LoadResult<T> {

    /** The file holds what it should. */
    record Loaded<T>(T config, ConfigTree tree) implements LoadResult<T> {
        public Positions positions() {
            return tree.positions();
        }

        public List<FoundSecret> secrets() {
            return tree.secrets();
        }
    }

    /**
     * Everything wrong with the file, in the order of the file.
     *
     * @param tree null where the text is not YAML that could be read
     */
    record Rejected<T>(List<ConfigError> errors, @Nullable ConfigTree tree) implements LoadResult<T> {}
}
