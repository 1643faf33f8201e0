package io.gatehouse.policy;

import java.util.List;

/**
 * Which requests a policy is about: every part that is given must hold, and a part holds where one of its patterns does.
 * An empty part holds always. {@code docs/policies.md} gives the grammar of patterns.
 *
 * @param tenants names or patterns of the principal's tenant
 * @param principals {@code TYPE:ID}, or {@code ID} of any type
 * @param roles names or patterns of the principal's roles
 * @param actions {@code TYPE:ID}, or {@code ID} of any type
 * @param resources a path pattern such as {@code /orders/**}, {@code TYPE:ID}, or {@code ID} of any type
 * @param routes names or patterns of the route
 */
public record PolicyTarget(
        List<String> tenants,
        List<String> principals,
        List<String> roles,
        List<String> actions,
        List<String> resources,
        List<String> routes) {
    /** Every request. */
    public static final PolicyTarget ANY =
            new PolicyTarget(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public PolicyTarget {
        tenants = List.copyOf(tenants);
        principals = List.copyOf(principals);
        roles = List.copyOf(roles);
        actions = List.copyOf(actions);
        resources = List.copyOf(resources);
        routes = List.copyOf(routes);
    }
}
