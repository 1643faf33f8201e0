package io.gatehouse.adapters.target;

import io.gatehouse.config.Secret;
import io.gatehouse.proxy.engine.NotSentException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.timeout.ReadTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * The way to one engine. Follows no redirect, never sends anything twice, and says for certain whether something was sent:
 * {@link NotSentException} where no byte was, {@link EngineFailedException} otherwise. After half of 20 calls have failed,
 * calls are refused for 10 s.
 */
public final class Target implements AutoCloseable {
    /** Below the 5 s after which common servers drop idle connections: a call on a dropped one would end as unknown. */
    private static final Duration IDLE = Duration.ofSeconds(4);

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final String engine;
    private final String base;
    private final Duration timeout;
    private final Map<String, Secret> headers;
    private final ConnectionProvider connections;
    private final HttpClient client;
    private final CircuitBreaker breaker;

    /**
     * @param url http or https, without user, query and fragment
     * @param timeout until the answer's head, and from then on between any two pieces of it
     * @param headers sent with every request: the engine's credentials
     */
    public Target(String engine, URI url, Duration timeout, Map<String, Secret> headers) {
        this.engine = engine;
        this.base = url.toString();
        this.timeout = timeout;
        this.headers = Map.copyOf(headers);
        this.connections = ConnectionProvider.builder("engine-" + engine)
                .maxConnections(256)
                .pendingAcquireMaxCount(1024)
                .pendingAcquireTimeout(CONNECT)
                .maxIdleTime(IDLE)
                .build();
        this.client = HttpClient.create(connections)
                .disableRetry(true)
                .followRedirect(false)
                .responseTimeout(timeout)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis());
        this.breaker = CircuitBreaker.of(
                "engine-" + engine,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(20)
                        .minimumNumberOfCalls(20)
                        .failureRateThreshold(50)
                        .waitDurationInOpenState(Duration.ofSeconds(10))
                        .permittedNumberOfCallsInHalfOpenState(3)
                        .recordResult(result -> result instanceof Opened opened && opened.status() >= 500)
                        .build());
    }

    /**
     * Checks that an engine can stand at {@code url}.
     *
     * @throws IllegalArgumentException where it cannot
     */
    public static URI checked(URI url) {
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("url: expected an address such as `https://crm.example.com`");
        }
        if (url.getRawQuery() != null) {
            throw new IllegalArgumentException("url: expected no query");
        }
        return url;
    }

    /** The whole answer, at most {@code limit} bytes of it; the time-out holds for its head, and once more for its body. */
    public Mono<Reply> send(Outgoing request, int limit) {
        return open(request)
                .flatMap(opened -> opened.whole(limit).timeout(timeout))
                .onErrorMap(TimeoutException.class, e -> late());
    }

    /** The answer's head, its body still to come. Cancelling closes the connection. */
    public Mono<Opened> open(Outgoing request) {
        return Mono.defer(() -> {
                    var sent = new AtomicBoolean();
                    return receiver(request, sent)
                            .responseConnection((head, connection) -> Mono.just(opened(head, connection)))
                            .single()
                            .onErrorMap(e -> failure(e, sent.get()));
                })
                .transformDeferred(CircuitBreakerOperator.of(breaker))
                .onErrorMap(
                        CallNotPermittedException.class,
                        e -> new NotSentException(
                                "engine `" + engine + "` keeps failing; nothing is sent to it for 10 s"));
    }

    private HttpClient.ResponseReceiver<?> receiver(Outgoing request, AtomicBoolean sent) {
        var body = request.body();
        var sender = client.doOnRequest((going, connection) -> sent.set(true))
                .headers(all -> {
                    all.set("user-agent", "gatehouse");
                    all.setAll(request.headers());
                    headers.forEach((name, value) -> all.set(name, value.reveal()));
                })
                .request(request.method())
                .uri(base + request.suffix());
        return body == null ? sender : sender.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)));
    }

    private Opened opened(HttpClientResponse head, Connection connection) {
        // cancelling the inbound closes the connection; disposing of it here would complete what is being cancelled
        var content = connection.inbound().receive().asByteArray().onErrorMap(e -> failure(e, true));
        return new Opened(head.status().code(), head.responseHeaders(), content);
    }

    private RuntimeException failure(Throwable cause, boolean sent) {
        if (!sent) {
            return new NotSentException("engine `" + engine + "` could not be reached");
        }
        return switch (cause) {
            case EngineFailedException known -> known;
            case NotSentException known -> known;
            case ReadTimeoutException _ -> late();
            default -> new EngineFailedException("engine `" + engine + "` broke off; the call may have run");
        };
    }

    private EngineFailedException late() {
        return new EngineFailedException("engine `" + engine + "` did not answer in time; the call may have run");
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
