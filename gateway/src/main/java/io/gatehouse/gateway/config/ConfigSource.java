package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.ConfigLoader;
import io.gatehouse.config.ConfigTree;
import io.gatehouse.config.Decoders;
import io.gatehouse.config.LoadResult.Loaded;
import io.gatehouse.config.LoadResult.Rejected;
import io.gatehouse.config.SchemaGenerator;
import io.gatehouse.config.Substitution;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Loads a configuration whole: the file, its policy files, and the checks across them. */
public final class ConfigSource {
    private final Extensions extensions;

    public ConfigSource(Extensions extensions) {
        this.extensions = extensions;
    }

    /** Loads {@code file}; variables come from {@code environment}, and every relative path begins in the file's folder. */
    public ConfigOutcome load(Path file, Map<String, String> environment) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            return new ConfigOutcome.Refused(
                    List.of(ConfigError.ofFile(file.toString(), "the file " + whyUnreadable(e) + hint(e))), false);
        }
        return load(file, text, environment);
    }

    /** Loads {@code text} as if {@code file} held it. */
    public ConfigOutcome load(Path file, String text, Map<String, String> environment) {
        var folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        var insertions = new Insertions(Substitution.of(environment, folder));
        var loader = new ConfigLoader(new ConfigLoader.Settings(insertions, folder, decoders(folder), PlannedKeys.ALL));
        return switch (load(file, text, folder, loader, insertions)) {
            case ConfigOutcome.Refused(var errors, boolean ofTlsFiles) ->
                new ConfigOutcome.Refused(
                        errors.stream().map(insertions::masked).toList(), ofTlsFiles);
            case LoadedConfig loaded -> loaded;
        };
    }

    private ConfigOutcome load(Path file, String text, Path folder, ConfigLoader loader, Insertions insertions) {
        return switch (loader.load(file.toString(), text, GatewayConfig.class)) {
            case Rejected<GatewayConfig>(var errors, var tree) ->
                new ConfigOutcome.Refused(
                        tree == null ? errors : across(tree, PolicyFiles.load(file, folder, tree, loader), errors),
                        false);
            case Loaded<GatewayConfig> loaded -> {
                var policies = PolicyFiles.load(file, folder, loaded.tree(), loader);
                yield whole(file, folder, loaded, policies, insertions);
            }
        };
    }

    private ConfigOutcome whole(
            Path file, Path folder, Loaded<GatewayConfig> loaded, PolicyFiles policies, Insertions insertions) {
        var config = loaded.config();
        var certificates = CertificateChecks.of(config, loaded.positions(), folder);
        var errors = across(loaded.tree(), policies, certificates.errors());
        if (!errors.isEmpty() || policies.policies() == null) {
            return new ConfigOutcome.Refused(
                    errors, certificates.errors().containsAll(errors) && policies.policies() != null);
        }
        List<ConfigError> warnings = new ArrayList<>(Openness.warnings(config, loaded.positions()));
        warnings.addAll(SecretChecks.of(loaded.tree()).warnings());
        warnings.addAll(certificates.warnings());
        warnings.replaceAll(insertions::masked);
        Set<Path> files = new LinkedHashSet<>();
        files.add(file.toAbsolutePath().normalize());
        files.addAll(policies.files());
        return new LoadedConfig(
                config,
                policies.policies(),
                folder,
                files,
                certificates.fingerprints(),
                loaded.positions(),
                ordered(warnings),
                this,
                insertions::masked);
    }

    /** What the loader found, and what is wrong across settings and files. */
    private List<ConfigError> across(ConfigTree tree, PolicyFiles policies, List<ConfigError> found) {
        List<ConfigError> errors = new ArrayList<>(found);
        errors.addAll(new CrossChecks(tree, extensions).errors());
        errors.addAll(SecretChecks.of(tree).errors());
        errors.addAll(policies.errors());
        return ordered(errors);
    }

    /** The JSON Schema of what {@link #load} takes. */
    public ObjectNode schema() {
        return new SchemaGenerator(decoders(Path.of(""))).generate(GatewayConfig.class, "gatehouse.yaml");
    }

    private Decoders decoders(Path folder) {
        return Decoders.none()
                .with(FilterSpec.class, new FilterReader(extensions.filters()))
                .with(EngineSpec.class, new EngineReader(extensions.engines()))
                .with(SqliteLocation.class, new SqliteLocation.Reader(folder));
    }

    private static String hint(IOException e) {
        return e instanceof NoSuchFileException
                ? " (name one with `-c FILE`; `gatehouse quickstart` writes a whole one below data/quickstart,"
                        + " and config/examples has some to begin with)"
                : "";
    }

    static String whyUnreadable(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "does not exist";
            case MalformedInputException _ -> "is not UTF-8";
            default -> "cannot be read";
        };
    }

    private static List<ConfigError> ordered(List<ConfigError> errors) {
        return errors.stream()
                .distinct()
                .sorted(Comparator.comparing(ConfigError::file)
                        .thenComparingInt(ConfigError::line)
                        .thenComparingInt(ConfigError::column))
                .toList();
    }
}
