package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.Positions;
import io.gatehouse.config.Suggestion;
import io.gatehouse.proxy.RouteConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what is wrong between settings that are each right by themselves. */
final class CrossChecks {
    private static final int MOST_CHAINS = 1_000;

    private final GatewayConfig config;
    private final Positions positions;
    private final Extensions extensions;
    private final List<ConfigError> errors = new ArrayList<>();

    CrossChecks(GatewayConfig config, Positions positions, Extensions extensions) {
        this.config = config;
        this.positions = positions;
        this.extensions = extensions;
    }

    List<ConfigError> errors() {
        new AddressChecks(config.server(), this::error).run();
        checkTargetNames();
        checkTokenNames();
        checkChains();
        checkRoutes();
        return List.copyOf(errors);
    }

    private void error(String path, String message) {
        errors.add(positions.error(path, message));
    }

    private void checkTargetNames() {
        for (var name : config.engines().keySet()) {
            if (config.upstreams().containsKey(name)) {
                error("engines." + name, "an upstream has the name `" + name + "` too");
            }
        }
    }

    private void checkTokenNames() {
        Set<String> names = new LinkedHashSet<>();
        var tokens = config.server().admin().tokens();
        for (int i = 0; i < tokens.size(); i++) {
            if (!names.add(tokens.get(i).name())) {
                error(
                        "server.admin.tokens[" + i + "].name",
                        "another token has the name `" + tokens.get(i).name() + "`");
            }
        }
    }

    private void checkChains() {
        if (config.chains().size() > MOST_CHAINS) {
            error(
                    "chains",
                    "expected at most " + MOST_CHAINS + " chains, got "
                            + config.chains().size());
            return;
        }
        config.chains().forEach((name, filters) -> {
            var path = "chains." + name;
            if (extensions.filters().containsKey(name) || name.equals(Extensions.CHAIN)) {
                error(path, "a filter has the name `" + name + "` too");
            }
            checkNames(path, filters);
            var cycle = Chains.cycle(config.chains(), name);
            if (cycle != null) {
                error(path, "the chain comes back to itself: `" + cycle + "`");
            }
        });
    }

    private void checkNames(String path, List<FilterSpec> filters) {
        for (int i = 0; i < filters.size(); i++) {
            var item = path + "[" + i + "]";
            switch (filters.get(i)) {
                case FilterSpec.Chain(String name) -> checkChainName(item, name);
                case FilterSpec.Configured<?> configured -> checkNeeds(item, configured.name());
            }
        }
    }

    private void checkChainName(String path, String name) {
        if (!config.chains().containsKey(name)) {
            Set<String> known = new LinkedHashSet<>(extensions.filters().keySet());
            known.addAll(config.chains().keySet());
            error(path, "`" + name + "` is no filter and no chain" + Suggestion.of(name, known));
        }
    }

    private void checkNeeds(String path, String filter) {
        if (filter.equals("authorize") && config.policies().files().isEmpty()) {
            error(path, "`authorize` needs policies, and `policies.files` names none");
        }
    }

    private void checkRoutes() {
        Map<String, Integer> names = new HashMap<>();
        var ties = new RouteTies();
        for (int i = 0; i < config.routes().size(); i++) {
            var route = config.routes().get(i);
            var path = "routes[" + i + "]";
            if (names.putIfAbsent(route.name(), i) != null) {
                error(path + ".name", "another route has the name `" + route.name() + "`");
            }
            checkFilters(route, path);
            checkTarget(route, path);
            ties.add(route, (key, message) -> error(path + key, message));
        }
    }

    private void checkFilters(RouteConfig<FilterSpec> route, String path) {
        if ((route.chain() == null) == (route.filters() == null)) {
            error(
                    path,
                    route.chain() == null
                            ? "expected `chain` or `filters` (`filters: []` says that nothing guards the route)"
                            : "expected either `chain` or `filters`, got both");
        }
        if (route.chain() != null && !config.chains().containsKey(route.chain())) {
            error(
                    path + ".chain",
                    "chain `" + route.chain() + "` is not defined"
                            + Suggestion.of(route.chain(), config.chains().keySet()));
        }
        if (route.filters() != null) {
            checkNames(path + ".filters", route.filters());
        }
        checkOnce(route, path, "approve", "a request has one approval");
        checkOnce(route, path, "rewrite", "the path is rewritten once");
        for (var filter : config.filters(route)) {
            try {
                filter.check(route.match());
            } catch (IllegalArgumentException refused) {
                error(path, "filter `" + filter.name() + "`: " + refused.getMessage());
            }
        }
    }

    private void checkOnce(RouteConfig<FilterSpec> route, String path, String filter, String because) {
        long count = config.filters(route).stream()
                .filter(spec -> spec.name().equals(filter))
                .count();
        if (count > 1) {
            error(path, "expected at most one `" + filter + "`, got " + count + ": " + because);
        }
    }

    private void checkTarget(RouteConfig<FilterSpec> route, String path) {
        Set<String> targets = new LinkedHashSet<>(config.upstreams().keySet());
        targets.addAll(config.engines().keySet());
        if (!targets.contains(route.to())) {
            error(path + ".to", "upstream `" + route.to() + "` is not defined" + Suggestion.of(route.to(), targets));
        }
    }
}
