package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import java.util.List;

/** What became of a configuration with everything that it names. */
public sealed interface ConfigOutcome permits LoadedConfig, ConfigOutcome.Refused {

    /** Everything wrong with it. */
    record Refused(List<ConfigError> errors) implements ConfigOutcome {}
}
