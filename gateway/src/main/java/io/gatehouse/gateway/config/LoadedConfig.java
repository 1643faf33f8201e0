package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.Positions;
import io.gatehouse.policy.PolicySet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A configuration that can be compiled.
 *
 * @param policies of all its policy files
 * @param folder where relative paths begin
 * @param files the configuration and its policy files
 * @param tlsFiles fingerprints of the files that listeners and upstreams name for TLS, by name as configured
 * @param positions where its settings stand
 * @param warnings what works, and should not stay so
 * @param source what loads it again: with the same filters and engines
 * @param masking takes what was put in from variables and files out of a message
 */
public record LoadedConfig(
        GatewayConfig config,
        PolicySet policies,
        Path folder,
        Set<Path> files,
        Map<String, String> tlsFiles,
        Positions positions,
        List<ConfigError> warnings,
        ConfigSource source,
        UnaryOperator<String> masking)
        implements ConfigOutcome {
    /** As parts say what they refuse: of which of their settings, and what. */
    private static final Pattern OF_SETTING = Pattern.compile("([a-z][A-Za-z]*): (.+)", Pattern.DOTALL);

    /** What a part says of its settings at {@code path}, at the place of the one that it names. */
    public ConfigError error(String path, String message) {
        var named = OF_SETTING.matcher(message);
        return named.matches() && positions.has(path + "." + named.group(1))
                ? positions.error(path + "." + named.group(1), named.group(2))
                : positions.error(path, message);
    }

    /** {@link #files}, whatever matches the patterns by now, and certificates: what a reload would read. */
    public Set<Path> filesNow() {
        Set<Path> now = new LinkedHashSet<>(files);
        for (var pattern : config.policies().files()) {
            try {
                now.addAll(FilePattern.parse(pattern).find(folder));
            } catch (IOException unreadable) {
                // the files known so far are watched all the same
            }
        }
        tlsFiles.keySet().forEach(file -> now.add(folder.resolve(file)));
        return now;
    }
}
