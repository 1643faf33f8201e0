package com.example.gatehouse;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;

/** Settings of {@code client-version}. What is wrong with them is said when the configuration is loaded, with line and column. */
public record ClientVersionConfig(
        @Doc("the oldest version that is served") String least,

        @Doc("the request header that says the client's version") @Default("X-Client-Version")
        String header) {
    public ClientVersionConfig {
        try {
            Version.parse(least);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("least: " + malformed.getMessage());
        }
    }
}
