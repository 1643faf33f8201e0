package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import java.util.List;

/** What became of a configuration with everything that it names. */
public sealed interface ConfigOutcome permits LoadedConfig, ConfigOutcome.Refused {

    /**
     * Everything wrong with it.
     *
     * @param ofTlsFiles whether that is in the files alone that it names for TLS, which others replace one after the other
     */
    record Refused(List<ConfigError> errors, boolean ofTlsFiles) implements ConfigOutcome {}
}
