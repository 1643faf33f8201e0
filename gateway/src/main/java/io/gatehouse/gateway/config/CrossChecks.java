package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.ConfigNode;
import io.gatehouse.config.ConfigTree;
import io.gatehouse.config.Suggestion;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.http.message.GatewayHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong between settings that are each right by themselves. Reads the file part by part, so that a fault in one
 * part hides nothing in another, and passes over what another fault explains.
 */
final class CrossChecks {
    private static final int MOST_CHAINS = 1_000;

    private final ConfigTree tree;
    private final ConfigNode root;
    private final Extensions extensions;
    private final List<ConfigError> errors = new ArrayList<>();
    private final Map<String, List<FilterSpec>> chains = new LinkedHashMap<>();
    /** Lists of filters by their place in which not everything could be read. */
    private final Set<String> partlyRead = new HashSet<>();

    CrossChecks(ConfigTree tree, Extensions extensions) {
        this.tree = tree;
        this.root = tree.root();
        this.extensions = extensions;
    }

    List<ConfigError> errors() {
        checkVersion();
        var server = root.get("server");
        if (server != null && server.isMapping()) {
            new AddressChecks(server, this::error).run();
            checkTokenNames(server);
        }
        checkTargetNames();
        checkChains();
        checkRoutes();
        return List.copyOf(errors);
    }

    private void error(String path, String message) {
        errors.add(tree.positions().error(path, message));
    }

    /** Here and not in the record: a file of another version is checked as a whole all the same. */
    private void checkVersion() {
        var node = root.get("version");
        var version = node == null ? null : node.bind(Integer.class);
        if (version != null && version != GatewayConfig.VERSION) {
            error("version", "expected " + GatewayConfig.VERSION + ", got `" + version + "`");
        }
    }

    /** The names below a key; null where a fault, reported already, hides them. */
    private @Nullable Set<String> names(String key) {
        var node = root.get(key);
        if (node == null) {
            return misspelt(root, key) ? null : Set.of();
        }
        return node.isMapping() ? new LinkedHashSet<>(node.keys()) : null;
    }

    /** Whether a wrong key was probably meant for {@code key}, which is left out. */
    private static boolean misspelt(ConfigNode mapping, String key) {
        return mapping.get(key) == null
                && mapping.keys().stream().anyMatch(given -> Suggestion.nearest(given, List.of(key)) != null);
    }

    private static List<ConfigNode> items(@Nullable ConfigNode node) {
        return node == null ? List.of() : node.items();
    }

    private static @Nullable String text(ConfigNode node, String key) {
        var value = node.get(key);
        return value == null ? null : value.text();
    }

    private void checkTargetNames() {
        var upstreams = names("upstreams");
        var engines = root.get("engines");
        if (upstreams != null && engines != null) {
            for (var name : engines.keys()) {
                var engine = engines.get(name);
                if (engine != null && upstreams.contains(name)) {
                    error(engine.path(), "an upstream has the name `" + name + "` too");
                }
            }
        }
    }

    private void checkTokenNames(ConfigNode server) {
        Set<String> names = new HashSet<>();
        var admin = server.get("admin");
        for (var token : items(admin == null ? null : admin.get("tokens"))) {
            var name = text(token, "name");
            if (name != null && !names.add(name)) {
                error(token.path() + ".name", "another token has the name `" + name + "`");
            }
        }
    }

    private void checkChains() {
        var all = root.get("chains");
        if (all == null) {
            return;
        }
        if (all.keys().size() > MOST_CHAINS) {
            error(
                    "chains",
                    "expected at most " + MOST_CHAINS + " chains, got "
                            + all.keys().size());
            return;
        }
        for (var name : all.keys()) {
            var chain = all.get(name);
            if (chain != null) {
                if (extensions.filters().containsKey(name) || name.equals(Extensions.CHAIN)) {
                    error(chain.path(), "a filter has the name `" + name + "` too");
                }
                chains.put(name, checkedFilters(chain));
            }
        }
        for (var name : chains.keySet()) {
            var chain = all.get(name);
            var cycle = Chains.cycle(chains, name);
            if (chain != null && cycle != null) {
                error(chain.path(), "the chain comes back to itself: `" + cycle + "`");
            }
        }
    }

    /** The filters of a list, those that could be read, each checked for what it names and needs. */
    private List<FilterSpec> checkedFilters(ConfigNode list) {
        List<FilterSpec> filters = new ArrayList<>();
        for (var item : list.items()) {
            var filter = item.bind(FilterSpec.class);
            if (filter == null) {
                partlyRead.add(list.path());
            } else {
                filters.add(filter);
                switch (filter) {
                    case FilterSpec.Chain(String name) -> checkChainName(item.path(), name);
                    case FilterSpec.Configured<?> configured -> checkNeeds(item.path(), configured.name());
                }
            }
        }
        return filters;
    }

    private void checkChainName(String path, String name) {
        var defined = names("chains");
        if (defined != null && !defined.contains(name)) {
            Set<String> known = new LinkedHashSet<>(extensions.filters().keySet());
            known.addAll(defined);
            error(path, "`" + name + "` is no filter and no chain" + Extensions.hint(name, known));
        }
    }

    private void checkNeeds(String path, String filter) {
        if (filter.equals("authorize") && namesNoPolicies()) {
            error(path, "`authorize` needs policies, and `policies.files` names none");
        }
    }

    private boolean namesNoPolicies() {
        var policies = root.get("policies");
        if (policies == null) {
            return !misspelt(root, "policies");
        }
        var files = policies.get("files");
        return files == null
                ? policies.isMapping() && !misspelt(policies, "files")
                : files.isList() && files.items().isEmpty();
    }

    private void checkRoutes() {
        Set<String> names = new HashSet<>();
        var ties = new RouteTies();
        for (var route : items(root.get("routes"))) {
            var path = route.path();
            var name = text(route, "name");
            if (name != null && !names.add(name)) {
                error(path + ".name", "another route has the name `" + name + "`");
            }
            var match = route.get("match");
            var bound = match == null ? null : match.bind(RouteConfig.Match.class);
            if (route.isMapping()) {
                checkFilters(route, bound);
            }
            checkTarget(route);
            checkMirror(route);
            checkBoundHeaders(route);
            if (bound != null) {
                ties.add(
                        new RouteTies.Taker(path, name == null ? path : name),
                        bound,
                        (key, message) -> error(path + key, message));
            }
        }
    }

    private void checkBoundHeaders(ConfigNode route) {
        for (var header : items(route.get("boundHeaders"))) {
            var name = header.text();
            if (name != null && GatewayHeaders.areOurs(name)) {
                error(header.path(), "expected a header that the gateway lets in, got `" + name + "`");
            }
        }
    }

    private void checkFilters(ConfigNode route, RouteConfig.@Nullable Match match) {
        var path = route.path();
        var chain = route.get("chain");
        var filters = route.get("filters");
        if ((chain == null) == (filters == null) && !misspelt(route, "chain") && !misspelt(route, "filters")) {
            error(
                    path,
                    chain == null
                            ? "expected `chain` or `filters` (`filters: []` says that nothing guards the route)"
                            : "expected either `chain` or `filters`, got both");
        }
        List<FilterSpec> all = new ArrayList<>();
        var name = chain == null ? null : chain.text();
        if (name != null) {
            all.add(new FilterSpec.Chain(name));
            var defined = names("chains");
            if (defined != null && !defined.contains(name)) {
                error(path + ".chain", "chain `" + name + "` is not defined" + Suggestion.of(name, defined));
            }
        }
        if (filters != null) {
            all.addAll(checkedFilters(filters));
        }
        var inOrder = Chains.inOrder(chains, all);
        boolean whole = (chain == null || name != null)
                && (filters == null || !partlyRead.contains(filters.path()))
                && areWhole(all, new HashSet<>());
        if (whole && !leadsSomewhere(route, inOrder)) {
            error(
                    path,
                    "the key `to` is missing: only a route with a filter that answers every request, such as `redirect` or"
                            + " `respond`, does without a target");
        }
        checkOnce(inOrder, path, "approve", "a request has one approval");
        checkOnce(inOrder, path, "rewrite", "the path is rewritten once");
        if (match != null) {
            for (var filter : inOrder) {
                try {
                    filter.check(match);
                } catch (IllegalArgumentException refused) {
                    error(path, "filter `" + filter.name() + "`: " + refused.getMessage());
                }
            }
        }
    }

    /** Whether every filter could be read, also of the chains that are named. */
    private boolean areWhole(List<FilterSpec> filters, Set<String> seen) {
        return filters.stream()
                .allMatch(filter -> !(filter instanceof FilterSpec.Chain(String name))
                        || !seen.add(name)
                        || (chains.containsKey(name)
                                && !partlyRead.contains("chains." + name)
                                && areWhole(chains.getOrDefault(name, List.of()), seen)));
    }

    private static boolean leadsSomewhere(ConfigNode route, List<FilterSpec.Configured<?>> filters) {
        return route.get("to") != null
                || misspelt(route, "to")
                || filters.stream().anyMatch(FilterSpec.Configured::answersInPlaceOfTarget);
    }

    private void checkOnce(List<FilterSpec.Configured<?>> filters, String path, String filter, String because) {
        long count = filters.stream().filter(spec -> spec.name().equals(filter)).count();
        if (count > 1) {
            error(path, "expected at most one `" + filter + "`, got " + count + ": " + because);
        }
    }

    private void checkTarget(ConfigNode route) {
        var to = text(route, "to");
        var upstreams = names("upstreams");
        var engines = names("engines");
        if (to == null || upstreams == null || engines == null) {
            return;
        }
        Set<String> targets = new LinkedHashSet<>(upstreams);
        targets.addAll(engines);
        if (!targets.contains(to)) {
            error(route.path() + ".to", "upstream `" + to + "` is not defined" + Suggestion.of(to, targets));
        }
    }

    private void checkMirror(ConfigNode route) {
        var mirror = route.get("mirror");
        var copies = mirror == null ? null : text(mirror, "to");
        var to = text(route, "to");
        var upstreams = names("upstreams");
        var engines = names("engines");
        if (mirror == null || upstreams == null || engines == null) {
            return;
        }
        if (copies != null && !upstreams.contains(copies)) {
            error(mirror.path() + ".to", "upstream `" + copies + "` is not defined" + Suggestion.of(copies, upstreams));
        }
        if (to != null && engines.contains(to)) {
            error(mirror.path(), "expected a route to an upstream: calls of an engine are not copied");
        }
        if (route.get("to") == null && !misspelt(route, "to")) {
            error(mirror.path(), "expected a route to an upstream: what a filter answers is not copied");
        }
    }
}
