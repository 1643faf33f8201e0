package io.gatehouse.proxy.filter;

import io.gatehouse.proxy.RouteConfig;

/**
 * Makes filters from configuration. Built-ins are listed in one class; others are found by {@link java.util.ServiceLoader}.
 *
 * @param <C> the settings, a record; a record without components for a filter without settings
 */
public interface FilterFactory<C extends Record> {
    /** The key in the configuration, such as {@code rate-limit}. */
    String name();

    Class<C> configType();

    Phase phase(C config);

    /**
     * Checks that the settings fit a route whose chain holds them.
     *
     * @throws IllegalArgumentException where they do not; the message is shown to the operator
     */
    default void check(C config, RouteConfig.Match route) {}

    /**
     * Whether these filters answer whatever may reach the target ({@link Exchange#mayReachTarget}) by themselves. A route that holds
     * one needs no target; a request that comes past it there all the same fails.
     */
    default boolean answersInPlaceOfTarget(C config) {
        return false;
    }

    /** Makes one.
     *
     * @throws IllegalArgumentException where the settings cannot work; the message is shown to the operator
     */
    Filter create(C config, Services services);
}
