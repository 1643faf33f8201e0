package io.gatehouse.config;

import java.util.List;

/** What became of a file. */
public sealed interface LoadResult<T> {

    /** The file holds what it should; {@code secrets} are those that were read from it. */
    record Loaded<T>(T config, Positions positions, List<FoundSecret> secrets) implements LoadResult<T> {}

    /** Everything wrong with the file, in the order of the file. */
    record Rejected<T>(List<ConfigError> errors) implements LoadResult<T> {}
}
