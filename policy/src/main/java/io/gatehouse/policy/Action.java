package io.gatehouse.policy;

/**
 * What is to be done.
 *
 * @param type {@code http} for plain requests; an engine's own type (such as {@code mcp}, {@code operation}) otherwise
 * @param id the method for {@code http} ({@code GET}); the operation or tool for an engine ({@code delete_customer})
 * @param attributes read in conditions as {@code action.NAME}: {@code risk} (0-100), {@code arguments} (map),
 *     {@code annotations} (map), {@code server}; {@code type} and {@code id} name the fields above
 */
public record Action(String type, String id, Attributes attributes) {}
