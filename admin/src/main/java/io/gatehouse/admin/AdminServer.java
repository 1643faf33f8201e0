package io.gatehouse.admin;

import io.gatehouse.console.Console;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.ProblemPresenter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.Closeable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * The admin listener. Only bodies are moved on its event loop; everything else, domain calls included, runs on virtual
 * threads and may block.
 */
public final class AdminServer implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final AdminSettings settings;
    private final AdminPorts ports;
    private final Tokens tokens;
    private final Scheduler blocking = Schedulers.fromExecutorService(Executors.newVirtualThreadPerTaskExecutor());
    private final List<Route> routes;
    private final Gate gate;
    private final BodyReader bodies;
    private @Nullable Running running;

    public AdminServer(AdminSettings settings, AdminPorts ports, Console console) {
        this.settings = settings;
        this.ports = ports;
        this.tokens = new Tokens(settings.tokens());
        var limits = settings.limits();
        var sessions = new Sessions(ports.clock(), tokens, limits);
        var failures = new Failures(ports.clock(), limits);
        var recorder = new Recorder(ports.audit(), ports.clock());
        var feed = new ApprovalFeed(ports.approvals(), sessions, tokens, limits.streams(), blocking);
        this.routes = routes(
                new OperationEndpoints(ports, recorder).routes(),
                new SessionEndpoints(tokens, sessions, failures, recorder, ports.clock()).routes(),
                new ApprovalEndpoints(ports.approvals(), feed).routes(),
                new PageEndpoints(console).routes());
        var hosts = settings.hosts().stream().map(host -> host.toLowerCase(Locale.ROOT));
        this.gate = new Gate(hosts.collect(Collectors.toUnmodifiableSet()), routes, tokens, sessions, failures);
        this.bodies = new BodyReader(limits);
    }

    @SafeVarargs
    private static List<Route> routes(List<Route>... parts) {
        var all = new ArrayList<Route>();
        for (var part : parts) {
            all.addAll(part);
        }
        return List.copyOf(all);
    }

    /** What {@link #start} made. */
    private record Running(DisposableServer server, LoopResources loops, ChannelGroup connections) {}

    /** Binds; fails where the address is taken. */
    public synchronized void start() {
        if (running != null) {
            throw new IllegalStateException("the admin listener runs already");
        }
        var limits = settings.limits();
        var loops = LoopResources.create("gatehouse-admin", 1, true);
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var strictHeaders = new StrictHeaders();
        try {
            var server = HttpServer.create()
                    .bindAddress(settings::bindAddress)
                    .runOn(loops, false) // a few people at most: the plain transport everywhere
                    .channelGroup(connections)
                    .protocol(HttpProtocol.HTTP11)
                    .noForwarded()
                    .maxConnections(limits.connections())
                    .httpRequestDecoder(
                            spec -> spec.maxInitialLineLength(limits.headers().toInt())
                                    .maxHeaderSize(limits.headers().toInt())
                                    .allowDuplicateContentLengths(false))
                    .requestTimeout(limits.bodyTimeout().plus(PATIENCE))
                    .doOnChannelInit((observer, channel, remote) -> channel.pipeline()
                            .addAfter(NettyPipeline.HttpCodec, "gatehouse.strictHeaders", strictHeaders)
                            .addAfter(
                                    NettyPipeline.HttpCodec,
                                    "gatehouse.headDeadline",
                                    new HeadDeadline(limits.headTimeout(), limits.idleTimeout())))
                    .handle(this::serve)
                    .bindNow();
            running = new Running(server, loops, connections);
        } catch (RuntimeException e) {
            loops.disposeLater(Duration.ZERO, CLOSING).block();
            throw e;
        }
    }

    /** Where it listens, with the port that it was given where the settings say 0. */
    public synchronized InetSocketAddress address() {
        return (InetSocketAddress) Objects.requireNonNull(running, "the admin listener is not started")
                .server()
                .address();
    }

    /** Takes these tokens from now on, and no others; sessions that were opened with a token no longer listed end. */
    public void replaceTokens(List<AdminToken> next) {
        tokens.replace(next);
    }

    List<Route> routes() {
        return routes;
    }

    @Override
    public synchronized void close() {
        if (running != null) {
            // not disposeNow: it waits for event streams, which do not end by themselves
            running.server().channel().close().awaitUninterruptibly(CLOSING.toMillis());
            running.connections().close().awaitUninterruptibly(CLOSING.toMillis());
            running.loops().disposeLater(Duration.ZERO, CLOSING).block();
            running = null;
        }
        blocking.dispose();
    }

    private Publisher<Void> serve(HttpServerRequest request, HttpServerResponse response) {
        String id = UUID.randomUUID().toString();
        return Mono.fromCallable(() -> gate.enter(request))
                .subscribeOn(blocking)
                .flatMap(entry -> bodies.read(request, entry.route())
                        .publishOn(blocking)
                        .map(body -> entry.route().endpoint().answer(call(id, request, entry, body)))
                        .doOnNext(answer -> count(entry.route().path(), answer.status()))
                        .doOnError(
                                Refusal.class,
                                refusal -> count(
                                        entry.route().path(), refusal.denial().status())))
                .timeout(PATIENCE, Mono.error(Refusal.unavailable("this takes too long")))
                .onErrorResume(error -> Mono.just(problem(error, id, request, response)))
                .flatMap(answer -> write(id, answer, response));
    }

    private static Call call(String id, HttpServerRequest request, Gate.Entry entry, byte[] body) {
        return new Call(
                id,
                entry.parameters(),
                entry.query(),
                request.requestHeaders(),
                body,
                entry.caller(),
                Objects.requireNonNull((InetSocketAddress) request.connectionHostAddress()),
                Objects.requireNonNull((InetSocketAddress) request.connectionRemoteAddress()));
    }

    private void count(String route, int status) {
        ports.meters()
                .counter("gatehouse.admin.requests", "route", route, "status", Integer.toString(status))
                .increment();
    }

    private LocalResponse problem(Throwable error, String id, HttpServerRequest request, HttpServerResponse response) {
        response.keepAlive(false); // its body may be unread
        if (error instanceof Refusal refusal) {
            return ProblemPresenter.problem(refusal.denial(), id);
        }
        log.error("admin request {} failed: {} {}", id, request.method(), request.fullPath(), error);
        return ProblemPresenter.problem(
                Refusal.unavailable("the gateway could not do this now").denial(), id);
    }

    private static Mono<Void> write(String id, LocalResponse answer, HttpServerResponse response) {
        response.status(answer.status()).headers(response.responseHeaders().add(answer.headers()));
        response.header("x-request-id", id);
        if (answer.stream() != null) {
            return response.send(answer.stream(), buffer -> true).then();
        }
        if (answer.bytes().length == 0) {
            return response.send();
        }
        response.header("content-length", Integer.toString(answer.bytes().length));
        return response.sendByteArray(Mono.just(answer.bytes())).then();
    }
}
