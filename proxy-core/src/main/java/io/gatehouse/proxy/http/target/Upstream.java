package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.UpstreamConfig;
import io.gatehouse.proxy.UpstreamConfig.Protocol;
import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.http.transport.LoopScratch;
import io.gatehouse.proxy.tls.ClientTls;
import io.gatehouse.proxy.tls.UpstreamTlsConfig;
import io.gatehouse.proxy.upstream.AddressBook;
import io.gatehouse.proxy.upstream.Balance;
import io.gatehouse.proxy.upstream.Breaker;
import io.gatehouse.proxy.upstream.Endpoint;
import io.gatehouse.proxy.upstream.RetryConfig;
import io.gatehouse.proxy.upstream.TargetAddress;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where plain requests go: targets, what is known of their health, and how long to wait for them. Each event loop keeps its own
 * connections; {@link #close} lets every loop end its idle ones. Not SPI.
 */
public final class Upstream implements AutoCloseable {
    private final String name;
    private final UpstreamConfig config;
    private final AddressBook addresses;
    private final @Nullable ClientTls tls;
    private final @Nullable Breaker breaker;
    private final AtomicBoolean started = new AtomicBoolean();
    private final UpstreamCounts counts = new UpstreamCounts();
    private volatile boolean closed;
    private volatile @Nullable UpstreamWatch watch;

    /**
     * An upstream that is asked nothing yet.
     *
     * @param folder where relative paths begin
     * @throws IllegalArgumentException where a file cannot be used
     */
    public Upstream(String name, UpstreamConfig config, Path folder) {
        this.name = name;
        this.config = config;
        var targets = config.targets().stream()
                .map(UpstreamConfig.TargetConfig::address)
                .toList();
        this.addresses = new AddressBook(targets, config.ejection());
        this.tls = targets.stream().anyMatch(TargetAddress::secure) ? tls(config, folder) : null;
        var breaks = config.circuitBreaker();
        this.breaker = breaks == null ? null : new Breaker(name, breaks);
    }

    /** An upstream that reads no files. */
    public Upstream(String name, UpstreamConfig config) {
        this(name, config, Path.of(""));
    }

    private static ClientTls tls(UpstreamConfig config, Path folder) {
        var settings = config.tls();
        var offered = switch (config.protocol()) {
            case HTTP1 -> List.<String>of();
            case AUTO -> List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
            case HTTP2 -> List.of(ApplicationProtocolNames.HTTP_2);
        };
        return ClientTls.load(settings == null ? UpstreamTlsConfig.USUAL : settings, folder, offered);
    }

    public String name() {
        return name;
    }

    /**
     * Begins to look after the targets: their names, their health. Once; {@link #close} ends it.
     *
     * @param loop asked for the loop to do it on, where it begins
     */
    public void start(Supplier<LoopScratch> loop, MeterRegistry registry, Connector connector) {
        if (started.compareAndSet(false, true)) {
            watch = UpstreamWatch.start(this, loop.get(), registry, connector);
        }
    }

    /** Shows its meters in place of those of an upstream of the same name: requests go to this one now. */
    public void show() {
        var watching = watch;
        if (watching != null) {
            watching.show();
        }
    }

    /** Another one of the name shows its meters from now on. */
    public void giveWay() {
        var watching = watch;
        if (watching != null) {
            watching.giveWay();
        }
    }

    /** A request ended so at this target for the first time on some event loop. */
    void countedFirst(String target, TargetResult result) {
        var watching = watch;
        if (watching != null) {
            watching.countedFirst(target, result);
        }
    }

    public UpstreamConfig config() {
        return config;
    }

    /** What {@code Host} says to its targets where a client asked for {@code authority}; empty for the target's own name. */
    public String host(String authority) {
        return config.preserveHost() ? authority : "";
    }

    AddressBook addresses() {
        return addresses;
    }

    /** Every address of now; one object until something changes. */
    public List<Endpoint> endpoints() {
        return addresses.endpoints();
    }

    /** What is spoken to a target; {@link Protocol#AUTO}: what it agrees to. */
    public Protocol speaks(TargetAddress target) {
        if (target.http2()) {
            return Protocol.HTTP2;
        }
        return config.protocol() == Protocol.AUTO && !target.secure() ? Protocol.HTTP1 : config.protocol();
    }

    @Nullable
    ClientTls tls() {
        return tls;
    }

    @Nullable
    public Breaker breaker() {
        return breaker;
    }

    Balance balance() {
        return config.balance();
    }

    public RetryConfig retry() {
        return config.retry();
    }

    UpstreamConfig.Connections connections() {
        return config.connections();
    }

    Duration connectTimeout() {
        return config.timeouts().connect();
    }

    public Duration responseTimeout() {
        return config.timeouts().response();
    }

    public Duration idleTimeout() {
        return config.timeouts().idle();
    }

    boolean isClosed() {
        return closed;
    }

    public UpstreamCounts counts() {
        return counts;
    }

    @Override
    public void close() {
        closed = true;
        var watching = watch;
        if (watching != null) {
            watching.close();
        }
    }
}
