package io.gatehouse.gateway.config;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.gateway.telemetry.TelemetryConfig;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.UpstreamConfig;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code gatehouse.yaml} says. */
@Doc("configuration of a gateway")
public record GatewayConfig(
        @Doc("of this format: 1") int version,
        ServerConfig server,
        @Default("{}") StoresConfig stores,

        @Doc("where plain requests are forwarded to, by name")
        Map<String, UpstreamConfig> upstreams,

        @Default("{}") PoliciesConfig policies,
        @Default("{}") ApprovalsConfig approvals,
        @Default("{}") AuditConfig audit,
        @Default("{}") TelemetryConfig telemetry,

        @Doc("targets that understand what they are asked to do, by name")
        Map<String, EngineSpec<?>> engines,

        @Doc("named lists of filters") Map<String, List<FilterSpec>> chains,
        @Doc("which requests go where") List<RouteConfig<FilterSpec>> routes) {
    static final int VERSION = 1;

    /** The filters of a route, chains expanded, in the order in which they run. */
    public List<FilterSpec.Configured<?>> filters(RouteConfig<FilterSpec> route) {
        return Chains.inOrder(chains, Chains.of(route));
    }

    /** Where a route leads, for people: its target, or the filter that answers in its place. */
    public String destination(RouteConfig<FilterSpec> route) {
        var to = route.to();
        return to != null
                ? to
                : filters(route).stream()
                        .filter(FilterSpec.Configured::answersInPlaceOfTarget)
                        .map(FilterSpec.Configured::name)
                        .findFirst()
                        .orElse("nowhere");
    }

    /** How a route that leads to {@code target} stands in the table of routes. */
    public static <R> RouteTable.Entry<R> entry(RouteConfig<FilterSpec> route, R target) {
        var match = route.match();
        return new RouteTable.Entry<>(
                route.name(),
                match.hosts(),
                match.includeApex(),
                PathPattern.parse(match.path()),
                Set.copyOf(match.methods()),
                target);
    }

    /** When a decision on this route counts as recorded: durable where the route or the whole gateway says so. */
    public RouteConfig.AuditMode auditMode(RouteConfig<FilterSpec> route) {
        return audit.mode() == RouteConfig.AuditMode.DURABLE ? audit.mode() : route.audit();
    }
}
