package io.gatehouse.policy;

import java.util.Map;
import java.util.Set;

/** Requests to ask. */
public final class Requests {
    private Requests() {}

    /** A request of which each part can be replaced. */
    public record Asked(Principal principal, Action action, Resource resource, Attributes context, String routeName)
            implements AccessRequest {
        public Asked principal(Principal other) {
            return new Asked(other, action, resource, context, routeName);
        }

        public Asked action(String type, String id, Map<String, ?> attributes) {
            return new Asked(principal, new Action(type, id, attributes::get), resource, context, routeName);
        }

        public Asked resource(String type, String id) {
            return new Asked(principal, action, new Resource(type, id, Attributes.NONE), context, routeName);
        }

        public Asked context(Attributes other) {
            return new Asked(principal, action, resource, other, routeName);
        }
    }

    /** {@code GET /orders/17} by a client with the roles {@code agent} and {@code reader}. */
    public static Asked get() {
        return new Asked(
                client("ci", "agent", "reader"),
                new Action("http", "GET", Attributes.of(Map.of("risk", 10L))),
                new Resource("path", "/orders/17", Attributes.NONE),
                Attributes.of(Map.of("host", "api.example.com")),
                "orders");
    }

    public static Principal client(String id, String... roles) {
        return new Principal("default", "client", id, Set.of(roles), Attributes.NONE);
    }
}
