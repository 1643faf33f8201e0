package io.gatehouse.proxy;

import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.proxy.route.RouteTable;

/**
 * Everything that a request is judged and forwarded by, compiled whole and swapped at once. A request keeps the snapshot that
 * it began with, unless it is parked.
 *
 * @param routes by host, path and method
 * @param policies what filters ask
 */
public record Snapshot(RouteTable<Route> routes, PolicyDecisionPoint policies) {}
