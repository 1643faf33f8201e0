package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.ConfigLoader;
import io.gatehouse.config.ConfigNode;
import io.gatehouse.config.ConfigTree;
import io.gatehouse.config.LoadResult.Loaded;
import io.gatehouse.config.LoadResult.Rejected;
import io.gatehouse.config.Positions;
import io.gatehouse.policy.InvalidPoliciesException;
import io.gatehouse.policy.PolicyDocument;
import io.gatehouse.policy.PolicyFile;
import io.gatehouse.policy.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The policies of a configuration.
 *
 * @param policies null where there are errors
 * @param files absolute
 */
record PolicyFiles(@Nullable PolicySet policies, Set<Path> files, List<ConfigError> errors) {

    static PolicyFiles load(Path configFile, Path folder, ConfigTree config, ConfigLoader loader) {
        var reading = new Reading(configFile, folder, loader);
        var policies = config.root().get("policies");
        var files = policies == null ? null : policies.get("files");
        for (var item : files == null ? List.<ConfigNode>of() : files.items()) {
            var pattern = item.text();
            if (pattern == null) {
                continue;
            }
            var path = item.path();
            try {
                var found = FilePattern.parse(pattern).find(folder);
                if (found.isEmpty()) {
                    reading.errors.add(config.positions().error(path, "no file matches `" + pattern + "`"));
                }
                found.forEach(reading::read);
            } catch (IllegalArgumentException e) {
                reading.errors.add(
                        config.positions().error(path, "expected a file or a pattern such as `policies/*.yaml`"));
            } catch (IOException e) {
                reading.errors.add(config.positions().error(path, "the folder cannot be read"));
            }
        }
        return reading.done();
    }

    /** Reads files one after the other, each once. */
    private static final class Reading {
        private final Path configFile;
        private final Path folder;
        private final ConfigLoader loader;
        private final Set<Path> files = new LinkedHashSet<>();
        private final List<Origin> origins = new ArrayList<>();
        private final List<ConfigError> errors = new ArrayList<>();

        /** Where a document stands. */
        private record Origin(PolicyDocument document, Positions positions, int index) {}

        Reading(Path configFile, Path folder, ConfigLoader loader) {
            this.configFile = configFile;
            this.folder = folder;
            this.loader = loader;
        }

        void read(Path file) {
            if (!files.add(file)) {
                return;
            }
            var name = file.startsWith(folder)
                    ? configFile.resolveSibling(folder.relativize(file)).toString()
                    : file.toString();
            String text;
            try {
                text = Files.readString(file);
            } catch (IOException e) {
                errors.add(ConfigError.ofFile(name, "the file " + ConfigSource.whyUnreadable(e)));
                return;
            }
            switch (loader.load(name, text, PolicyFile.class)) {
                case Rejected<PolicyFile>(var found, var tree) -> {
                    errors.addAll(found);
                    if (tree != null) {
                        addReadable(tree);
                    }
                }
                case Loaded<PolicyFile> loaded -> {
                    var documents = loaded.config().policies();
                    for (int i = 0; i < documents.size(); i++) {
                        origins.add(new Origin(documents.get(i), loaded.positions(), i));
                    }
                }
            }
        }

        /** Those policies of a faulty file that are sound by themselves: they are compiled to find what else is wrong. */
        private void addReadable(ConfigTree tree) {
            var policies = tree.root().get("policies");
            var items = policies == null ? List.<ConfigNode>of() : policies.items();
            for (int i = 0; i < items.size(); i++) {
                var document = items.get(i).bind(PolicyDocument.class);
                if (document != null) {
                    origins.add(new Origin(document, tree.positions(), i));
                }
            }
        }

        PolicyFiles done() {
            PolicySet policies = null;
            try {
                policies =
                        PolicySet.compile(origins.stream().map(Origin::document).toList());
            } catch (InvalidPoliciesException e) {
                e.problems().forEach(this::add);
            }
            return new PolicyFiles(errors.isEmpty() ? policies : null, Set.copyOf(files), List.copyOf(errors));
        }

        private void add(InvalidPoliciesException.Problem problem) {
            if (problem.index() >= origins.size()) {
                errors.add(new ConfigError(configFile.toString(), 1, 1, problem.field(), problem.message()));
                return;
            }
            var origin = origins.get(problem.index());
            errors.add(
                    origin.positions().error("policies[" + origin.index() + "]." + problem.field(), problem.message()));
        }
    }
}
