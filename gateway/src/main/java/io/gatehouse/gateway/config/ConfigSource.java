package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.ConfigLoader;
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
                    List.of(new ConfigError(file.toString(), 1, 1, "", "the file " + whyUnreadable(e))));
        }
        return load(file, text, environment);
    }

    /** Loads {@code text} as if {@code file} held it. */
    public ConfigOutcome load(Path file, String text, Map<String, String> environment) {
        var folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        var loader = new ConfigLoader(new ConfigLoader.Settings(
                Substitution.of(environment, folder), folder, decoders(folder), PlannedKeys.ALL));
        return switch (loader.load(file.toString(), text, GatewayConfig.class)) {
            case Rejected<GatewayConfig>(var errors) -> new ConfigOutcome.Refused(errors);
            case Loaded<GatewayConfig> loaded -> check(file, folder, loaded, loader);
        };
    }

    private ConfigOutcome check(Path file, Path folder, Loaded<GatewayConfig> loaded, ConfigLoader loader) {
        var config = loaded.config();
        var secrets = SecretChecks.of(loaded);
        var policies = PolicyFiles.load(file, folder, loaded, loader);
        List<ConfigError> errors = new ArrayList<>(new CrossChecks(config, loaded.positions(), extensions).errors());
        errors.addAll(secrets.errors());
        errors.addAll(policies.errors());
        if (!errors.isEmpty() || policies.policies() == null) {
            return new ConfigOutcome.Refused(ordered(errors));
        }
        List<ConfigError> warnings = new ArrayList<>(Openness.warnings(config, loaded.positions()));
        warnings.addAll(secrets.warnings());
        Set<Path> files = new LinkedHashSet<>();
        files.add(file.toAbsolutePath().normalize());
        files.addAll(policies.files());
        return new LoadedConfig(config, policies.policies(), folder, files, ordered(warnings));
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
