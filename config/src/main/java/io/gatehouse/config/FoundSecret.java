package io.gatehouse.config;

/**
 * A secret that a file gave.
 *
 * @param path the setting, such as {@code server.admin.token}
 * @param literal whether it stands in the file itself, where everyone reads it who reads the file
 */
public record FoundSecret(String path, Secret value, boolean literal) {}
