package io.gatehouse.gateway.cli;

import io.gatehouse.adapters.policy.ForeseeingEngine;
import io.gatehouse.adapters.policy.ForeseeingEngine.Foreseen;
import io.gatehouse.filters.authn.apikey.ApiKeyConfig;
import io.gatehouse.gateway.config.FilterSpec;
import io.gatehouse.gateway.config.GatewayConfig;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.filter.Services;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Says what a gateway of this configuration would do with one request. */
final class Explanation {
    private final LoadedConfig loaded;
    private final ExplainArguments arguments;
    private final String path;
    private final PrintWriter out;

    Explanation(LoadedConfig loaded, ExplainArguments arguments, String path, PrintWriter out) {
        this.loaded = loaded;
        this.arguments = arguments;
        this.path = path;
        this.out = out;
    }

    /** What engines are made with where nothing is asked of them but to read a request. */
    private record Alone(InstantSource clock, MeterRegistry meters) implements Services {
        @Override
        public <T> T require(Class<T> port) {
            throw new IllegalArgumentException("explain offers no " + port.getSimpleName());
        }
    }

    /** Prints it; answers whether a route takes the request. */
    boolean print() {
        var route = route();
        if (route == null) {
            line("no route takes " + arguments.method() + " " + arguments.url());
            return false;
        }
        line("route " + route.name() + " -> " + loaded.config().destination(route));
        var filters = loaded.config().filters(route);
        var to = route.to();
        var spec = to == null ? null : loaded.config().engines().get(to);
        if (to == null || spec == null) {
            filters(filters, null);
            judge(exchange(route, new Target.ToService(_ -> Mono.empty())), filters);
            return true;
        }
        filters(filters, to);
        try (var engine = spec.create(to, new Alone(InstantSource.system(), new SimpleMeterRegistry()))) {
            throughEngine(engine, exchange(route, new Target.ToEngine(engine)), filters);
        }
        return true;
    }

    private void line(String text) {
        out.println(TerminalText.visible(text));
    }

    private @Nullable RouteConfig<FilterSpec> route() {
        var entries = loaded.config().routes().stream()
                .map(route -> GatewayConfig.entry(route, route))
                .toList();
        var match = new RouteTable.Match<RouteConfig<FilterSpec>>();
        new RouteTable<>(entries)
                .find(arguments.url().getHost().toLowerCase(Locale.ROOT), path, arguments.method(), match);
        return match.route();
    }

    /** The filters in their order; an engine reads the request when nothing will change it any more. */
    private void filters(List<FilterSpec.Configured<?>> filters, @Nullable String engine) {
        boolean pending = engine != null;
        for (var filter : filters) {
            if (pending && filter.phase().compareTo(Phase.TRANSFORM) > 0) {
                filter(Phase.TRANSFORM, "engine " + engine);
                pending = false;
            }
            filter(filter.phase(), filter.name());
        }
        if (pending) {
            filter(Phase.TRANSFORM, "engine " + engine);
        }
    }

    private void filter(Phase phase, String name) {
        line(String.format(Locale.ROOT, "  %-10s %s", phase.name().toLowerCase(Locale.ROOT), name));
    }

    private ExplainedExchange exchange(RouteConfig<FilterSpec> route, Target target) {
        var compiled = new Route(
                new RouteInfo(
                        route.name(),
                        Principal.DEFAULT_TENANT,
                        List.of(),
                        PathPattern.parse(route.match().path())),
                new FilterChain(List.of(), Duration.ofSeconds(1)),
                target,
                route.risk(),
                null);
        var exchange = new ExplainedExchange(arguments, path, compiled, loaded.policies());
        var filters = loaded.config().filters(route);
        exchange.principal(principal(filters));
        for (var filter : filters) {
            if (filter.name().equals("rewrite")) {
                filter.create(new Alone(InstantSource.system(), new SimpleMeterRegistry()))
                        .onRequest(exchange);
                line("rewritten to " + exchange.path());
            }
        }
        return exchange;
    }

    private void throughEngine(Engine engine, Exchange exchange, List<FilterSpec.Configured<?>> filters) {
        var foreseen = engine instanceof ForeseeingEngine foreseeing
                ? foreseeing.foresee(exchange)
                : new Foreseen(engine.interpret(exchange), List.of());
        var name = "engine " + engine.name();
        switch (foreseen.verdict()) {
            case Verdict.Next _ -> {
                line(name + " reads " + exchange.action().type() + ":"
                        + exchange.action().id() + " on " + exchange.resource().type() + ":"
                        + exchange.resource().id());
                foreseen.assumed().forEach(assumption -> line("  assumed: " + assumption));
                judge(exchange, filters);
            }
            case Verdict.Deny(var denial) -> {
                line(name + " refuses it before any policy is asked: " + denial.status() + " " + denial.code() + ": "
                        + denial.detail());
            }
            case Verdict.Answer(LocalResponse response) ->
                line(name + " answers by itself, with status " + response.status() + ": no policy decides on it");
            case Verdict.Later _ ->
                line(name + " asks its server first, which explain does not: what it would do is not known");
            case Verdict.Park _ -> line(name + " lets it wait");
        }
    }

    private void judge(Exchange exchange, List<FilterSpec.Configured<?>> filters) {
        if (filters.stream().noneMatch(filter -> filter.phase() == Phase.AUTHORIZE)) {
            line("no policy is asked: the route has no `authorize`");
            return;
        }
        var asking = exchange.principal();
        line("principal " + asking.reference()
                + (asking.roles().isEmpty()
                        ? ""
                        : " (roles " + asking.roles().stream().sorted().collect(Collectors.joining(", ")) + ")"));
        loaded.policies().explain(exchange).text().lines().forEach(this::line);
    }

    /** The client of that name with its roles, where the route's keys know it. */
    private Principal principal(List<FilterSpec.Configured<?>> filters) {
        var name = arguments.principal();
        if (name == null) {
            return Principal.ANONYMOUS;
        }
        var id = name.startsWith("client:") ? name.substring("client:".length()) : name;
        for (var filter : filters) {
            if (filter.config() instanceof ApiKeyConfig keys) {
                for (var key : keys.keys()) {
                    if (key.client().equals(id)) {
                        var facts = new HashMap<String, String>(key.attributes());
                        if (key.name() != null) {
                            facts.put("name", key.name());
                        }
                        return new Principal(
                                Principal.DEFAULT_TENANT, "client", id, Set.copyOf(key.roles()), Attributes.of(facts));
                    }
                }
            }
        }
        int colon = name.indexOf(':');
        return new Principal(
                Principal.DEFAULT_TENANT,
                colon < 0 ? "client" : name.substring(0, colon),
                name.substring(colon + 1),
                Set.of(),
                Attributes.NONE);
    }
}
