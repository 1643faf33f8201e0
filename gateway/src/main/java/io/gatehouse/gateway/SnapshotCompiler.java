package io.gatehouse.gateway;

import io.gatehouse.filters.approve.ApprovalEndpoint;
import io.gatehouse.filters.audit.AuditDecisionLog;
import io.gatehouse.gateway.Compiled.Placed;
import io.gatehouse.gateway.config.FilterSpec;
import io.gatehouse.gateway.config.FilterSpec.Configured;
import io.gatehouse.gateway.config.GatewayConfig;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.RouteConfig.AuditMode;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.UpstreamConfig;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.filter.DecisionLog;
import io.gatehouse.proxy.filter.EarlyEnds;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.FilterChain.Link;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.gatehouse.proxy.tls.ClientTls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Makes a checked configuration ready to serve: parts, chains, routes, one snapshot. */
final class SnapshotCompiler {
    private static final Duration FILTER_TIMEOUT = Duration.ofSeconds(10);

    /** Behind a filter that answers every request. */
    private static final Target ANSWERED = new Target.ToService(
            exchange -> Mono.error(new IllegalStateException("no filter answered, and there is no target")));

    private final AssemblyServices services;
    private final @Nullable Filter traces;
    private final EarlyEnds earlyEnds;
    private final Map<AuditMode, DecisionLog> decisionLogs;

    /** {@code traces} is the first filter of every chain, where there is one; {@code earlyEnds} hears of what no chain sees. */
    SnapshotCompiler(AssemblyServices services, @Nullable Filter traces, EarlyEnds earlyEnds) {
        this.services = services;
        this.traces = traces;
        this.earlyEnds = earlyEnds;
        this.decisionLogs = Map.of(
                AuditMode.QUEUED, decisionLog(services, AuditMode.QUEUED),
                AuditMode.DURABLE, decisionLog(services, AuditMode.DURABLE));
    }

    private static DecisionLog decisionLog(AssemblyServices services, AuditMode mode) {
        return new AuditDecisionLog(services.audit(), mode, services.clock(), services.meters());
    }

    /**
     * Compiles {@code loaded}; parts of {@code before} that did not change are used again.
     *
     * @throws IllegalArgumentException where a part refuses its settings; what was made for it is closed, as where anything else is
     *     thrown
     */
    Compiled compile(LoadedConfig loaded, Compiled before) {
        var making = new Making(loaded, before);
        try {
            return making.all();
        } catch (Throwable refused) {
            making.undo();
            throw refused;
        }
    }

    /** One compilation. */
    private final class Making {
        private final GatewayConfig config;
        private final LoadedConfig loaded;
        private final Compiled before;
        private final Map<Placed, Filter> filters = new HashMap<>();
        private final Map<Placed, Engine> engines = new HashMap<>();
        private final Map<Placed, Upstream> upstreams = new HashMap<>();
        private final Map<String, Target> targets = new HashMap<>();
        private final IdentityHashMap<Configured<?>, Spot> spots = new IdentityHashMap<>();

        /**
         * Where a filter stands.
         *
         * @param place as {@link Placed}'s
         * @param path in the file
         */
        private record Spot(String place, String path) {}

        Making(LoadedConfig loaded, Compiled before) {
            this.loaded = loaded;
            this.config = loaded.config();
            this.before = before;
        }

        Compiled all() {
            config.chains().forEach((name, chain) -> placeAll("chain:" + name, "chains." + name, chain));
            config.upstreams().forEach((name, upstream) -> {
                var placed = new Placed(name, List.of(upstream, prints(upstream)));
                var made = before.upstreams().get(placed);
                made = made == null
                        ? placed("upstreams." + name, () -> new Upstream(name, upstream, loaded.folder()))
                        : made;
                upstreams.put(placed, made);
                targets.put(name, new Target.ToUpstream(made));
            });
            config.engines().forEach((name, engine) -> {
                var placed = new Placed(name, engine.config());
                var made = before.engines().get(placed);
                made = made == null ? placed("engines." + name, () -> engine.create(name, services)) : made;
                engines.put(placed, made);
                targets.put(name, new Target.ToEngine(made));
            });
            var entries = new ArrayList<RouteTable.Entry<Route>>();
            for (int i = 0; i < config.routes().size(); i++) {
                entries.add(entry(config.routes().get(i), "routes[" + i + "]"));
            }
            return new Compiled(
                    new Snapshot(new RouteTable<>(entries), reserved(), loaded.policies(), earlyEnds),
                    filters,
                    engines,
                    upstreams);
        }

        /** A certificate that changes makes another upstream of the same settings. */
        private List<String> prints(UpstreamConfig upstream) {
            var tls = upstream.tls();
            return tls == null ? List.of() : ClientTls.fingerprints(tls, loaded.folder());
        }

        /** A filter is known by its settings and its owner: others that come before it or go make it no other. */
        private void placeAll(String owner, String path, List<FilterSpec> specs) {
            var alike = new HashMap<List<Object>, Integer>();
            for (int i = 0; i < specs.size(); i++) {
                if (specs.get(i) instanceof Configured<?> configured) {
                    var name = configured.name();
                    int number = alike.merge(List.of(name, configured.config()), 1, Integer::sum);
                    spots.put(configured, new Spot(owner + ":" + name + ":" + number, path + "[" + i + "]." + name));
                }
            }
        }

        /** What {@code make} makes; what it refuses is told with its place in the file. */
        private <T> T placed(String path, Supplier<T> make) {
            try {
                return make.get();
            } catch (IllegalArgumentException refused) {
                throw new UnusableSettingException(loaded.error(path, String.valueOf(refused.getMessage())), refused);
            }
        }

        private RouteTable.Entry<Route> entry(RouteConfig<FilterSpec> config, String path) {
            var inPlace = config.filters();
            if (inPlace != null) {
                placeAll("route:" + config.name(), path + ".filters", inPlace);
            }
            return GatewayConfig.entry(config, route(config));
        }

        private Route route(RouteConfig<FilterSpec> route) {
            var target = target(route);
            var specs = config.filters(route);
            var links = firstLinks();
            for (var spec : specs) {
                links.add(new Link(spec.name(), spec.phase(), filter(spec)));
            }
            if (target instanceof Target.ToEngine(var engine)) {
                links.add(judgedFrom(links), new Link("engine", Phase.TRANSFORM, new InterpretingFilter(engine)));
            }
            boolean decides =
                    specs.stream().anyMatch(spec -> spec.phase() == Phase.AUTHORIZE || spec.phase() == Phase.APPROVE);
            var mode = config.auditMode(route);
            var bound = route.boundHeaders().stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .toList();
            var path = PathPattern.parse(route.match().path());
            return new Route(
                    new RouteInfo(route.name(), Principal.DEFAULT_TENANT, bound, path),
                    links.isEmpty() ? FilterChain.EMPTY : new FilterChain(links, FILTER_TIMEOUT),
                    target,
                    route.risk(),
                    decides || mode == AuditMode.DURABLE ? decisionLogs.get(mode) : null,
                    mirror(route));
        }

        private List<Link> firstLinks() {
            var links = new ArrayList<Link>();
            if (traces != null) {
                links.add(new Link("trace", Phase.EDGE, traces));
            }
            return links;
        }

        private Route.@Nullable Mirror mirror(RouteConfig<FilterSpec> route) {
            var wanted = route.mirror();
            return wanted != null && targets.get(wanted.to()) instanceof Target.ToUpstream(var copies)
                    ? new Route.Mirror(copies, wanted.share().fraction())
                    : null;
        }

        private Target target(RouteConfig<FilterSpec> route) {
            var to = route.to();
            if (to == null) {
                return ANSWERED;
            }
            var target = targets.get(to);
            if (target == null) {
                throw new IllegalArgumentException("route `" + route.name() + "`: `" + to + "` is not defined");
            }
            return target;
        }

        /** Where the filters begin that judge. */
        private static int judgedFrom(List<Link> links) {
            int at = 0;
            while (at < links.size() && links.get(at).phase().compareTo(Phase.TRANSFORM) <= 0) {
                at++;
            }
            return at;
        }

        private Filter filter(Configured<?> spec) {
            var spot = spots.getOrDefault(spec, new Spot(spec.name(), spec.name()));
            var placed = new Placed(spot.place(), List.of(spec.name(), spec.config()));
            var known = filters.get(placed);
            if (known != null) {
                return known;
            }
            var kept = before.filters().get(placed);
            var made = kept == null ? placed(spot.path(), () -> spec.create(services)) : kept;
            filters.put(placed, made);
            return made;
        }

        /** The requester's side of approvals, open to whom a route that may ask for an approval would identify. */
        private RouteTable<Route> reserved() {
            var identities = new LinkedHashSet<List<Filter>>();
            for (var route : config.routes()) {
                var specs = config.filters(route);
                if (specs.stream().anyMatch(spec -> spec.phase() == Phase.APPROVE)) {
                    var identify = specs.stream()
                            .filter(spec -> spec.phase() == Phase.IDENTIFY)
                            .<Filter>map(this::filter)
                            .toList();
                    if (!identify.isEmpty()) {
                        identities.add(identify);
                    }
                }
            }
            if (identities.isEmpty()) {
                return new RouteTable<>(List.of());
            }
            var links = firstLinks();
            links.add(new Link("identify", Phase.IDENTIFY, new AnyIdentity(List.copyOf(identities))));
            var chain = new FilterChain(links, FILTER_TIMEOUT);
            var route = new Route(
                    new RouteInfo("gatehouse-approvals", Principal.DEFAULT_TENANT, List.of()),
                    chain,
                    new Target.ToService(new ApprovalEndpoint(services.approvals())),
                    0,
                    null);
            var path = PathPattern.parse(ApprovalEndpoint.PATH + "**");
            return new RouteTable<>(
                    List.of(new RouteTable.Entry<>(route.info().name(), List.of(), false, path, Set.of(), route)));
        }

        private void undo() {
            Compiled.closeUnused(filters, before.filters());
            Compiled.closeUnused(engines, before.engines());
            Compiled.closeUnused(upstreams, before.upstreams());
        }
    }
}
