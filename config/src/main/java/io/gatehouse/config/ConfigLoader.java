package io.gatehouse.config;

import io.gatehouse.config.LoadResult.Loaded;
import io.gatehouse.config.LoadResult.Rejected;
import java.nio.file.Path;
import java.util.Set;

/**
 * Reads a YAML file into a record, strictly: what is not understood is an error, and all errors are reported at once.
 *
 * <p>A component is required unless it has a {@link Default}, is nullable, or is a list, set or map (then it may be left out
 * and is empty). Values are substituted after parsing, so that no value can add YAML. Whatever the text, loading ends with a
 * result; only a record class that cannot be read at all makes it throw.
 */
public final class ConfigLoader {
    private final Settings settings;

    /**
     * What a loader works with.
     *
     * @param folder where relative paths begin
     * @param plannedKeys keys of other versions, whose error says so, with {@code *} for any name or index
     */
    public record Settings(Substitution substitution, Path folder, Decoders decoders, Set<String> plannedKeys) {}

    public ConfigLoader(Settings settings) {
        this.settings = settings;
    }

    /** Reads {@code text}; {@code file} is its name in messages. */
    public <T extends Record> LoadResult<T> load(String file, String text, Class<T> root) {
        var problems = new Problems(file);
        var tree = new YamlReader(problems).read(text);
        if (tree == null) {
            return new Rejected<>(problems.inOrder(), null);
        }
        var binder = new Binder(problems, settings);
        var config = root.cast(binder.bind(tree, "", TypeRef.of(root)));
        var again = new ConfigNode(new Binder(new Problems(file), settings), tree, "");
        var read = new ConfigTree(again, new Positions(file, tree), binder.secrets());
        return config == null || !problems.isEmpty()
                ? new Rejected<>(problems.inOrder(), read)
                : new Loaded<>(config, read);
    }
}
