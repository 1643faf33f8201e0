package io.gatehouse.proxy.http;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.SparseLog;
import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.http.exchange.BodyBudget;
import io.gatehouse.proxy.http.exchange.ConnectionBudget;
import io.gatehouse.proxy.http.exchange.DurationHistogram;
import io.gatehouse.proxy.http.exchange.EventLoopState;
import io.gatehouse.proxy.http.exchange.LoopMeters;
import io.gatehouse.proxy.http.exchange.ProtocolMeters;
import io.gatehouse.proxy.http.exchange.RequestMeters;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.http.target.UpstreamConnection;
import io.gatehouse.proxy.http.transport.Burst;
import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.http.transport.LoopScratch;
import io.gatehouse.proxy.http.transport.Transport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;

/**
 * Serves the public listeners on Reactor Netty's transport, with our own HTTP pipeline on it. Everything that requests are
 * judged and forwarded by is one {@link Snapshot}, swapped at once. Methods may be called from any thread but an event loop.
 */
public final class DataPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final int LONGEST = 200;
    private static final Duration STALLED = Duration.ofSeconds(5);
    /** What the kernel still holds of closed connections comes back within this. */
    private static final Duration QUIET = Duration.ofMillis(50);

    /** Lines a minute about requests that no route takes, and about handshakes that fail. */
    private static final int STRANGE = 10;

    private final Transport transport;
    private final MeterRegistry registry;
    private final SparseLog unrouted = new SparseLog(STRANGE, TimeUnit.MINUTES.toNanos(1));
    private final SparseLog unshaken = new SparseLog(STRANGE, TimeUnit.MINUTES.toNanos(1));
    private final Connector connector;
    private final RequestMeters meters;
    private final ProtocolMeters protocols;
    private final int largestHead;
    private final Resources resources;
    private final ConnectionBudget held;
    private final Path folder;
    private volatile List<Listener> listeners;
    private final Map<EventLoop, EventLoopState> loops = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile Snapshot snapshot;
    /** Held while listeners come and go, so that none begins to serve when all end. */
    private final Object changing = new Object();

    /** Failures for want of memory: a few may pass. */
    private final Burst shortages = new Burst(20, Duration.ofSeconds(10));

    private volatile Runnable broken = () -> {};

    private volatile boolean draining;

    /**
     * A data plane that serves nothing until {@link #start}.
     *
     * @param folder where relative paths of {@code configs} begin
     */
    public DataPlane(
            Transport transport, MeterRegistry registry, List<ListenerConfig> configs, Path folder, Snapshot initial) {
        this(transport, registry, configs, folder, initial, Resources.ofPlatform());
    }

    DataPlane(
            Transport transport,
            MeterRegistry registry,
            List<ListenerConfig> configs,
            Path folder,
            Snapshot initial,
            Resources resources) {
        this.resources = resources;
        this.held = new ConnectionBudget(resources.connections(), transport.count());
        this.transport = transport;
        this.registry = registry;
        this.connector = new Connector(transport, resources.nameServers());
        this.meters = new RequestMeters(registry);
        this.protocols = new ProtocolMeters(registry);
        this.snapshot = initial;
        this.folder = folder;
        this.largestHead = Math.max(
                UpstreamConnection.LARGEST_HEAD,
                configs.stream().mapToInt(DataPlane::head).max().orElse(0));
        this.listeners = configs.stream()
                .map(config -> new Listener(this, config, folder))
                .toList();
        Gauge.builder("gatehouse.request.bodies.buffered", resources.bodies(), BodyBudget::used)
                .description("what requests' bodies hold that filters read or that are copied")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("gatehouse.connections.held", held, ConnectionBudget::held)
                .description(
                        "what connections hold of answers that clients do not take, and of requests ahead of their turn")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("gatehouse.event.loops", loops, Map::size)
                .description("event loops that have served a connection")
                .register(registry);
        Gauge.builder("gatehouse.event.loops.stalled", this, DataPlane::stalledLoops)
                .description("event loops that have not turned for some seconds")
                .register(registry);
    }

    /**
     * Binds every listener, or none.
     *
     * @return as {@link #addresses}
     * @throws IllegalArgumentException where a certificate cannot be used
     * @throws CannotListenException where an address cannot be bound; the message names it
     */
    public List<InetSocketAddress> start() {
        try {
            watch(snapshot);
            snapshot.upstreams().forEach(Upstream::show);
            listeners.forEach(Listener::bind);
            listeners.forEach(Listener::serve);
            return addresses();
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    private static int head(ListenerConfig config) {
        return config.limits().requestLine().toInt() + config.limits().headers().toInt();
    }

    /** The hosts and ports that are served, in the order of the configuration; Unix sockets are not among them. */
    public List<InetSocketAddress> addresses() {
        return listeners.stream()
                .map(Listener::address)
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .toList();
    }

    /** All that is served, as the configuration writes it and in its order. */
    public List<String> listening() {
        return listeners.stream().map(Listener::text).toList();
    }

    /** How many event loops have served nothing for some seconds, though they should tick four times a second. */
    public long stalledLoops() {
        return loops.values().stream()
                .filter(state -> state.isStalled(STALLED.toNanos()))
                .count();
    }

    /** Listeners that are bound, and take the place of those that are there once they are told to. */
    public interface NextListeners {
        /**
         * Serves them from now on; those that are left out take no more connections and drain. Where the data plane drains by now
         * it lets go of them instead.
         */
        void apply();

        /** Lets go of what was bound for them. */
        void abandon();
    }

    /**
     * Makes ready to serve {@code configs}, with their certificates as they are now. One with the name and the address of one that
     * is there keeps its socket, and its connections unless clients are believed or let in by other rules.
     *
     * @param drain what requests in flight get on connections that do not stay
     * @throws IllegalArgumentException where one cannot be used; then nothing has changed
     * @throws CannotListenException where an address cannot be bound; then nothing has changed
     * @throws IllegalStateException where the data plane drains; then nothing has changed
     */
    public NextListeners prepare(List<ListenerConfig> configs, Duration drain) {
        if (draining) {
            throw new IllegalStateException("the gateway is stopping");
        }
        var before = listeners;
        var next = new ArrayList<Listener>();
        var bound = new ArrayList<Listener>();
        var changes = new ArrayList<Runnable>();
        try {
            for (var config : configs) {
                if (head(config) > largestHead) {
                    throw new IllegalArgumentException("listener `" + config.name()
                            + "`: `limits.requestLine` and `limits.headers` cannot grow beyond " + largestHead
                            + " bytes together while the gateway runs: restart it");
                }
                var kept = before.stream()
                        .filter(listener -> listener.isKeptBy(config))
                        .findFirst();
                if (kept.isPresent()) {
                    changes.add(kept.get().change(config, drain));
                    next.add(kept.get());
                } else {
                    requireFree(before, config);
                    var made = new Listener(this, config, folder);
                    made.bind();
                    bound.add(made);
                    next.add(made);
                }
            }
        } catch (RuntimeException refused) {
            bound.forEach(Listener::unbind);
            throw refused;
        }
        return new NextListeners() {
            @Override
            public void apply() {
                synchronized (changing) {
                    if (draining) {
                        abandon();
                        return;
                    }
                    listeners = List.copyOf(next);
                    changes.forEach(Runnable::run);
                    before.stream()
                            .filter(listener -> !next.contains(listener))
                            .forEach(listener -> listener.remove(drain));
                    bound.forEach(Listener::serve);
                }
            }

            @Override
            public void abandon() {
                bound.forEach(Listener::unbind);
            }
        };
    }

    /** What listens until {@code config} takes its place keeps its socket until then. */
    private static void requireFree(List<Listener> present, ListenerConfig config) {
        present.stream()
                .filter(listener -> listener.isInTheWayOf(config))
                .findFirst()
                .ifPresent(listener -> {
                    throw new IllegalArgumentException("listener `" + config.name() + "`: listener `" + listener.name()
                            + "` listens on `" + config.address()
                            + "`: to rename it, or to write its address in another way, restart the gateway");
                });
    }

    /** How long requests took, by route. */
    public Map<String, DurationHistogram> durations() {
        return meters.durations();
    }

    /** When certificates end, by listener and file. */
    public Map<String, Map<String, Instant>> certificateEnds() {
        var ends = new TreeMap<String, Map<String, Instant>>();
        listeners.forEach(listener -> ends.put(listener.name(), listener.certificateEnds()));
        return ends;
    }

    /** Whether every listener takes connections. */
    public boolean isListening() {
        return !draining && listeners.stream().allMatch(Listener::isBound);
    }

    /** Judges and forwards every request from now on by {@code next}; those in flight keep what they began with. */
    public void swap(Snapshot next) {
        watch(next);
        var before = snapshot;
        snapshot = next;
        var served = next.upstreams();
        before.upstreams().stream()
                .filter(upstream -> !served.contains(upstream))
                .forEach(Upstream::giveWay);
        served.forEach(Upstream::show);
        var routes = next.routeNames();
        routes.addAll(before.routeNames()); // what is in flight ends on them
        meters.retain(routes);
    }

    /**
     * Begins to look after what {@code of} sends requests to, before they are sent; closing its upstreams ends that. Meters show
     * what is served only.
     */
    public void watch(Snapshot of) {
        of.upstreams().forEach(upstream -> upstream.start(this::anyLoop, registry, connector));
    }

    /**
     * Takes no more connections, ends idle ones, and lets what is in flight finish.
     *
     * @return whether everything had ended before the time was over; what had not is cut off
     */
    public boolean drain(Duration limit) {
        unbind();
        listeners.forEach(Listener::drain); // those that were left out drain already
        if (connections.get() == 0) {
            drained.complete(null);
        }
        try {
            drained.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            LOG.warn("{} connections did not end in time and are cut off", connections.get());
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void unbind() {
        synchronized (changing) {
            draining = true;
            listeners.forEach(Listener::unbind);
        }
    }

    @Override
    public void close() {
        unbind();
        loops.values().stream() // none where a start that failed has closed it already
                .filter(state -> !state.loop.isShuttingDown())
                .forEach(state -> state.loop.submit(state::closeAll).awaitUninterruptibly(CLOSING.toMillis()));
        connector.close();
        try {
            transport.disposeLater(QUIET, CLOSING).block(CLOSING.multipliedBy(2));
        } catch (IllegalStateException late) {
            LOG.warn("event loops did not end in time and end with the process", late);
        }
    }

    Transport transport() {
        return transport;
    }

    /** Each event loop in its turn. */
    private LoopScratch anyLoop() {
        return stateOf(transport.onClient(LoopResources.DEFAULT_NATIVE).next()).scratch;
    }

    EventLoopState stateOf(EventLoop loop) {
        return loops.computeIfAbsent(
                loop,
                key -> new EventLoopState(
                        new LoopScratch(key, largestHead, this::unexpected),
                        new LoopMeters(meters, this::snapshot),
                        held));
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Connector connector() {
        return connector;
    }

    ProtocolMeters protocols() {
        return protocols;
    }

    BodyBudget bodies() {
        return resources.bodies();
    }

    /** Whether it takes no more connections and no more configurations, for good. */
    public boolean isDraining() {
        return draining;
    }

    void connectionBegan() {
        connections.incrementAndGet();
    }

    void connectionEnded() {
        if (connections.decrementAndGet() == 0 && draining) {
            drained.complete(null);
        }
    }

    MeterRegistry registry() {
        return registry;
    }

    void withoutRoute(Exchange exchange) {
        unrouted.write(more -> LOG.info(
                "no route takes {} {}{} from {}{}",
                exchange.method(),
                shortened(exchange.authority()),
                shortened(exchange.path()),
                exchange.clientAddress(),
                more));
    }

    void unshaken(String listener, @Nullable Address remote, Throwable cause) {
        unshaken.write(more -> LOG.info(
                "listener `{}`: the TLS handshake with {} failed: {}{}",
                listener,
                remote == null ? "an unknown address" : remote.text(),
                shortened(String.valueOf(cause.getMessage())),
                more));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /**
     * Runs {@code action}, at least once, where it cannot serve any more: an event loop ended by an error, or direct memory is out again
     * and again. On any thread.
     */
    public void whenBroken(Runnable action) {
        broken = action;
        transport.whenLoopFails(action);
    }

    void unexpected(Throwable failure) {
        if (failure instanceof OutOfMemoryError && shortages.isOneTooMany(System.nanoTime())) {
            broken.run();
        }
        LOG.warn("a request failed unexpectedly", failure);
    }
}
