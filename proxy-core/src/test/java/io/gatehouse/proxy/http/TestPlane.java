package io.gatehouse.proxy.http;

import io.gatehouse.config.Rate;
import io.gatehouse.config.Size;
import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.proxy.Http2Config;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Protocol;
import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.UpstreamConfig;
import io.gatehouse.proxy.filter.DecisionLog;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.FilterChain.Link;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.http.DataPlane.NextListeners;
import io.gatehouse.proxy.http.exchange.BodyBudget;
import io.gatehouse.proxy.http.exchange.EventLoopState;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.gatehouse.proxy.tls.TlsConfig;
import io.gatehouse.testkit.RawClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A data plane on a free port of the loopback address, as a test describes it. */
public final class TestPlane implements AutoCloseable {
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

    public static final Http2Config HTTP2 = new Http2Config(
            100,
            new Size(64 << 10),
            new Rate(600, Duration.ofMinutes(1)),
            new Rate(1000, Duration.ofSeconds(1)),
            10_000);

    private final DataPlane plane;
    private final ListenerConfig listener;
    private final int port;
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private TestPlane(ListenerConfig listener, Snapshot snapshot, Resources resources) {
        this(Map.of("GATEHOUSE_LOOPS", "1"), listener, snapshot, resources);
    }

    private TestPlane(
            Map<String, String> environment, ListenerConfig listener, Snapshot snapshot, Resources resources) {
        this.listener = listener;
        plane = new DataPlane(
                Transport.fromEnvironment(environment), meters, List.of(listener), Path.of(""), snapshot, resources);
        port = plane.start().getFirst().getPort();
    }

    /** The transports that this machine offers: NIO at least. */
    public static Stream<Transport.Kind> transports() {
        return Stream.of(Transport.Kind.values()).filter(Transport.Kind::isAvailable);
    }

    public static ListenerConfig.Limits limits(int body, Duration header, Duration idle, int connections) {
        return new ListenerConfig.Limits(
                new Size(8 << 10), new Size(32 << 10), 100, new Size(body), new Size(256), header, idle, connections);
    }

    public static TestPlane start(Snapshot snapshot) {
        return start(limits(10 << 20, Duration.ofSeconds(10), Duration.ofSeconds(75), 1000), snapshot);
    }

    public static TestPlane start(ListenerConfig.Limits limits, Snapshot snapshot) {
        return new TestPlane(listener(null, limits), snapshot, Resources.ofPlatform());
    }

    private static ListenerConfig listener(@Nullable TlsConfig tls, ListenerConfig.Limits limits) {
        return listener("test", "127.0.0.1:0", tls, limits);
    }

    /** One that speaks every protocol and trusts nobody. */
    public static ListenerConfig listener(
            String name, String address, @Nullable TlsConfig tls, ListenerConfig.Limits limits) {
        return new ListenerConfig(name, address, Set.of(), tls, false, List.of(), limits, HTTP2);
    }

    public static TestPlane speaking(Protocol protocol, @Nullable TlsConfig tls, Snapshot snapshot) {
        var limits = limits(10 << 20, Duration.ofSeconds(2), Duration.ofSeconds(75), 1000);
        return new TestPlane(
                new ListenerConfig("test", "127.0.0.1:0", Set.of(protocol), tls, false, List.of(), limits, HTTP2),
                snapshot,
                Resources.ofPlatform());
    }

    /** Behind proxies: with a PROXY protocol header in front of each connection, and trust in who is named. */
    public static TestPlane behind(
            @Nullable TlsConfig tls, boolean proxyProtocol, List<String> trusted, Snapshot snapshot) {
        var limits = limits(10 << 20, Duration.ofSeconds(2), Duration.ofSeconds(75), 1000);
        return new TestPlane(
                new ListenerConfig("test", "127.0.0.1:0", Set.of(), tls, proxyProtocol, trusted, limits, HTTP2),
                snapshot,
                Resources.ofPlatform());
    }

    public static TestPlane start(TlsConfig tls, Snapshot snapshot) {
        return new TestPlane(
                listener(tls, limits(10 << 20, Duration.ofSeconds(2), Duration.ofSeconds(75), 1000)),
                snapshot,
                Resources.ofPlatform());
    }

    public static TestPlane start(BodyBudget bodies, Snapshot snapshot) {
        var platform = Resources.ofPlatform();
        return new TestPlane(
                listener(null, limits(10 << 20, Duration.ofSeconds(10), Duration.ofSeconds(75), 1000)),
                snapshot,
                new Resources(bodies, platform.connections(), platform.nameServers()));
    }

    public static TestPlane on(Transport.Kind transport, Snapshot snapshot) {
        return on(transport, null, snapshot);
    }

    public static TestPlane on(Transport.Kind transport, @Nullable TlsConfig tls, Snapshot snapshot) {
        return new TestPlane(
                Map.of("GATEHOUSE_LOOPS", "1", "GATEHOUSE_TRANSPORT", transport.wireName()),
                listener(tls, limits(10 << 20, Duration.ofSeconds(10), Duration.ofSeconds(75), 1000)),
                snapshot,
                Resources.ofPlatform());
    }

    /** One whose connections together may hold so many bytes. */
    public static TestPlane holding(long bytes, Snapshot snapshot) {
        return holding(bytes, null, snapshot);
    }

    public static TestPlane holding(long bytes, @Nullable TlsConfig tls, Snapshot snapshot) {
        var platform = Resources.ofPlatform();
        return new TestPlane(
                listener(tls, limits(10 << 20, Duration.ofSeconds(10), Duration.ofSeconds(75), 1000)),
                snapshot,
                new Resources(platform.bodies(), bytes, platform.nameServers()));
    }

    /** One route for every path, without filters. */
    public static Snapshot to(Target target) {
        return guarded(target, null);
    }

    public static Snapshot guarded(Target target, @Nullable DecisionLog log, Filter... filters) {
        var links = new ArrayList<Link>();
        for (var filter : filters) {
            links.add(
                    new Link("test-" + links.size(), filter instanceof Approving ? Phase.APPROVE : Phase.EDGE, filter));
        }
        var route = new Route(
                new RouteInfo("all", "default", List.of()),
                new FilterChain(links, Duration.ofSeconds(2)),
                target,
                0,
                log);
        return new Snapshot(
                new RouteTable<>(List.of(
                        new RouteTable.Entry<>("all", List.of(), false, PathPattern.parse("/**"), Set.of(), route))),
                NO_POLICIES);
    }

    /** A filter that may park. */
    public interface Approving extends Filter {}

    public static Target upstream(URI... urls) {
        return upstream(Duration.ofSeconds(30), Duration.ofSeconds(60), urls);
    }

    public static Target upstream(Duration response, Duration idle, URI... urls) {
        var targets = new ArrayList<UpstreamConfig.TargetConfig>();
        for (var url : urls) {
            targets.add(new UpstreamConfig.TargetConfig(url));
        }
        return new Target.ToUpstream(new Upstream(
                "test",
                new UpstreamConfig(targets, new UpstreamConfig.Timeouts(Duration.ofSeconds(1), response, idle))));
    }

    public int port() {
        return port;
    }

    public RawClient client() {
        return RawClient.connect(port);
    }

    public ListenerConfig listener() {
        return listener;
    }

    /** As a reload does: reads the certificates again, among others. */
    public NextListeners prepare(ListenerConfig... next) {
        return plane.prepare(List.of(next), Duration.ofSeconds(5));
    }

    public DataPlane plane() {
        return plane;
    }

    /** What its one event loop keeps. */
    public EventLoopState state() {
        return plane.stateOf(plane.transport().onServer(true).next());
    }

    @Override
    public void close() {
        plane.close();
    }
}
