package io.gatehouse.gateway.config;

import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** One item in a list of filters. */
public sealed interface FilterSpec {

    /** A filter with its settings. */
    record Configured<C extends Record>(FilterFactory<C> factory, C config) implements FilterSpec {
        public String name() {
            return factory.name();
        }

        public Phase phase() {
            return factory.phase(config);
        }

        /** Checks that the settings fit the route. */
        public void check(RouteConfig.Match route) {
            factory.check(config, route);
        }

        /** Whether nothing gets past it to a target. */
        public boolean answersInPlaceOfTarget() {
            return factory.answersInPlaceOfTarget(config);
        }

        public Filter create(Services services) {
            return factory.create(config, services);
        }
    }

    /** All filters of a named chain. */
    record Chain(String name) implements FilterSpec {}
}
