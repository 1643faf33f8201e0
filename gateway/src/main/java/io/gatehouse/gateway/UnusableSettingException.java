package io.gatehouse.gateway;

import io.gatehouse.config.ConfigError;

/** A setting that a part refuses when it is made. The message names its place in the file. */
final class UnusableSettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    UnusableSettingException(ConfigError error, Throwable cause) {
        super(error.toString(), cause);
    }
}
