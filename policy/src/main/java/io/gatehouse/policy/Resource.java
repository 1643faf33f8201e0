package io.gatehouse.policy;

/**
 * What it is done to.
 *
 * @param type {@code path} for plain requests, {@code engine} for an engine's operations
 * @param id the normalised path, or the engine's name
 * @param attributes read in conditions as {@code resource.NAME}; {@code type} and {@code id} name the fields above
 */
public record Resource(String type, String id, Attributes attributes) {}
