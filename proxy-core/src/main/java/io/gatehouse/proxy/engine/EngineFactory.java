package io.gatehouse.proxy.engine;

import io.gatehouse.proxy.filter.Services;

/**
 * Makes engines from configuration.
 *
 * @param <C> the settings below {@code engines.NAME}, a record, without {@code type}
 */
public interface EngineFactory<C extends Record> {
    /** The value of {@code type}, such as {@code mcp}. */
    String type();

    Class<C> configType();

    /** Makes one.
     *
     * @throws IllegalArgumentException where the settings cannot work; the message is shown to the operator
     */
    Engine create(String name, C config, Services services);
}
