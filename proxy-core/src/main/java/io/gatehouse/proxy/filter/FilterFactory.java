package io.gatehouse.proxy.filter;

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

    /** Makes one.
     *
     * @throws IllegalArgumentException where the settings cannot work; the message is shown to the operator
     */
    Filter create(C config, Services services);
}
