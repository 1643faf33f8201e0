package io.gatehouse.filters.authorize;

/** {@code authorize} has no settings: what is allowed stands in the policies. */
public record AuthorizeConfig() {}
