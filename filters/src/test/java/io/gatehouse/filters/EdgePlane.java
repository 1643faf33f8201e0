package io.gatehouse.filters;

import io.gatehouse.config.Rate;
import io.gatehouse.config.Size;
import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.proxy.Http2Config;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.UpstreamConfig;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.FilterChain.Link;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.http.DataPlane;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.RawResponse;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A data plane with one route in front of a target that echoes bodies, guarded as a test says. */
public final class EdgePlane implements AutoCloseable {
    private static final PolicyDecisionPoint NO_POLICIES = new PolicyDecisionPoint() {
        @Override
        public String version() {
            return "none";
        }

        @Override
        public Decision decide(AccessRequest request) {
            throw new IllegalStateException("no test asks for a decision");
        }
    };

    public final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestServices services = new TestServices();
    private final List<Link> links = new ArrayList<>();
    private final PathPattern path;
    private final DataPlane plane;
    private final int port;

    private EdgePlane(String path) {
        this.path = PathPattern.parse(path);
        var limits = new ListenerConfig.Limits(
                new Size(8 << 10),
                new Size(32 << 10),
                100,
                new Size(1 << 20),
                new Size(256),
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                1000);
        var http2 = new Http2Config(
                100,
                new Size(64 << 10),
                new Rate(600, Duration.ofMinutes(1)),
                new Rate(1000, Duration.ofSeconds(1)),
                1000);
        plane = new DataPlane(
                Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "1")),
                new SimpleMeterRegistry(),
                List.of(new ListenerConfig("test", "127.0.0.1:0", Set.of(), null, false, List.of(), limits, http2)),
                Path.of(""),
                snapshot());
        port = plane.start().getFirst().getPort();
    }

    /** Serves paths of this pattern. */
    public static EdgePlane on(String path) {
        return new EdgePlane(path);
    }

    /** Adds a filter, in its phase. */
    public <C extends Record> EdgePlane with(FilterFactory<C> factory, C config) {
        return with(factory.phase(config), factory.create(config, services));
    }

    public EdgePlane with(Phase phase, Filter filter) {
        links.add(new Link("test-" + links.size(), phase, filter));
        links.sort(Comparator.comparing(Link::phase));
        plane.swap(snapshot());
        return this;
    }

    private Snapshot snapshot() {
        var upstream = new Upstream(
                "test",
                new UpstreamConfig(
                        List.of(new UpstreamConfig.TargetConfig(origin.uri())),
                        new UpstreamConfig.Timeouts(
                                Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(60))));
        var route = new Route(
                new RouteInfo("all", "default", List.of(), path),
                new FilterChain(links, Duration.ofSeconds(2)),
                new Target.ToUpstream(upstream),
                0,
                null);
        return new Snapshot(
                new RouteTable<>(List.of(new RouteTable.Entry<>("all", List.of(), false, path, Set.of(), route))),
                NO_POLICIES);
    }

    public RawClient client() {
        return RawClient.connect(port);
    }

    /** The answer to a request without a body; {@code headers} are lines without their ends. */
    public RawResponse ask(String method, String target, String... headers) {
        var request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: a.example\r\n");
        for (var header : headers) {
            request.append(header).append("\r\n");
        }
        try (var client = client()) {
            return client.exchange(request.append("\r\n").toString());
        }
    }

    @Override
    public void close() {
        plane.close();
        origin.close();
    }
}
