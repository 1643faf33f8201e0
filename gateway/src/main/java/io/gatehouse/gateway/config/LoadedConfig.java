package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.policy.PolicySet;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A configuration that can be compiled.
 *
 * @param policies of all its policy files
 * @param files the configuration and its policy files: those that a reload watches
 * @param warnings what works, and should not stay so
 */
public record LoadedConfig(GatewayConfig config, PolicySet policies, Set<Path> files, List<ConfigError> warnings)
        implements ConfigOutcome {}
