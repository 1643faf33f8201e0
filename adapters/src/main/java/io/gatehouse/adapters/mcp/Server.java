package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.json.HiddenText;
import io.gatehouse.adapters.json.JsonRefusedException;
import io.gatehouse.adapters.json.StrictJson;
import io.gatehouse.adapters.target.EngineFailedException;
import io.gatehouse.adapters.target.Opened;
import io.gatehouse.adapters.target.Outgoing;
import io.gatehouse.adapters.target.Target;
import io.gatehouse.adapters.target.Trace;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The MCP server behind an engine, of either era: found out by {@code server/discover}, else {@code initialize}. One session
 * serves all callers, so ids and progress tokens are the gateway's own, and of a server's notifications only the progress of
 * the call at hand is passed on.
 */
final class Server implements AutoCloseable {
    private static final int MAX_PAGES = 100;
    private static final int MAX_TOOLS = 5_000;
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** Stands for an answer that is no response in JSON-RPC. */
    private static final Map<String, @Nullable Object> NO_MESSAGE = Map.of();

    private final String engine;
    private final Target target;
    private final Duration timeout;
    private final int limit;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicReference<@Nullable Connection> latest = new AtomicReference<>();
    private final AtomicReference<@Nullable ToolList> listed = new AtomicReference<>();
    private final Mono<Connection> connection;
    private final Mono<ToolList> tools;

    Server(String engine, Target target, Duration timeout, int limit) {
        this.engine = engine;
        this.target = target;
        this.timeout = timeout;
        this.limit = limit;
        // both are asked for once however many wait, and again once what came back no longer holds
        this.connection = Mono.defer(this::connect).doOnNext(latest::set).cacheInvalidateIf(Connection::stale);
        this.tools = Mono.defer(this::list).cacheInvalidateIf(list -> outdated(list) || superseded(list));
    }

    Mono<Connection> connection() {
        return connection;
    }

    /** The tools, at most 5 s old. */
    Mono<ToolList> tools() {
        return tools;
    }

    /** The tools as they are now. */
    Mono<ToolList> toolsNow() {
        return Mono.defer(this::list);
    }

    private static boolean outdated(ToolList list) {
        return System.nanoTime() - list.fetchedNanos() > FRESH.toNanos();
    }

    /** Whether a list that was asked for on its own has shown since that the tools have changed. */
    private boolean superseded(ToolList list) {
        var newest = listed.get();
        return newest != null
                && newest.fetchedNanos() - list.fetchedNanos() > 0
                && !newest.tools().equals(list.tools());
    }

    private Mono<Connection> connect() {
        var probe = new Connection(Versions.MODERN, null, null);
        return exchange(probe, "server/discover", Map.of()).flatMap(answer -> {
            var result = Incoming.object(answer.message().get("result"));
            if (result.get("supportedVersions") instanceof List<?> versions && versions.contains(Versions.MODERN)) {
                return Mono.just(new Connection(Versions.MODERN, null, instructions(result)));
            }
            if (answer.status() == 401 || answer.status() == 403 || answer.status() >= 500) {
                return Mono.error(new EngineFailedException("the server answered with status " + answer.status()));
            }
            return initialize();
        });
    }

    private Mono<Connection> initialize() {
        var opening = new Connection(Versions.LEGACY.getFirst(), null, null);
        var params = Map.of(
                "protocolVersion", opening.version(), "capabilities", Map.of(), "clientInfo", Rpc.IMPLEMENTATION);
        return exchange(opening, "initialize", params).flatMap(answer -> {
            var result = Incoming.object(answer.message().get("result"));
            var session = answer.session();
            boolean named = session == null || session.matches("[!-~]{1,1024}");
            if (!(result.get("protocolVersion") instanceof String version)
                    || !Versions.LEGACY.contains(version)
                    || !named) {
                return Mono.error(
                        new EngineFailedException("the server speaks no version of MCP that the gateway does"));
            }
            var made = new Connection(version, session, instructions(result));
            return tell(made, Rpc.notification("notifications/initialized", Map.of()))
                    .thenReturn(made);
        });
    }

    private static @Nullable String instructions(Map<String, @Nullable Object> result) {
        return result.get("instructions") instanceof String text && !HiddenText.in(text) ? text : null;
    }

    /** A list may be asked for twice: the second time over a new session, where the server had lost the old one. */
    private Mono<ToolList> list() {
        return Mono.defer(this::attemptList).onErrorResume(e -> {
            var made = latest.get();
            return made != null && made.stale() ? attemptList() : Mono.error(e);
        });
    }

    private Mono<ToolList> attemptList() {
        long now = System.nanoTime();
        return connection
                .flatMap(made -> page(made, null)
                        .expand(page -> page.cursor() == null ? Mono.empty() : page(made, page.cursor()))
                        .take(MAX_PAGES)
                        .<List<Object>>collect(ArrayList::new, (all, page) -> {
                            all.addAll(page.tools());
                            if (all.size() > MAX_TOOLS) {
                                throw new EngineFailedException("the server lists more than " + MAX_TOOLS + " tools");
                            }
                        }))
                .map(definitions -> ToolList.of(definitions, now))
                .doOnNext(list -> list.warn(engine, listed.getAndSet(list)));
    }

    private record Page(List<?> tools, @Nullable String cursor) {}

    private Mono<Page> page(Connection made, @Nullable String cursor) {
        return exchange(made, "tools/list", cursor == null ? Map.of() : Map.of("cursor", cursor))
                .map(answer -> {
                    var result = Incoming.object(answer.message().get("result"));
                    var error = Incoming.object(answer.message().get("error"));
                    if (Long.valueOf(-32601).equals(error.get("code"))) {
                        return new Page(List.of(), null); // a server without tools
                    }
                    if (!(result.get("tools") instanceof List<?> definitions)) {
                        made.giveUp();
                        throw new EngineFailedException("the server does not list its tools");
                    }
                    return new Page(definitions, result.get("nextCursor") instanceof String next ? next : null);
                });
    }

    /** An answer that was waited for. */
    private record Answer(int status, @Nullable String session, Map<String, @Nullable Object> message) {}

    private Mono<Answer> exchange(Connection made, String method, Map<String, ?> params) {
        return Mono.defer(() -> {
                    long id = ids.incrementAndGet();
                    return target.open(outgoing(made, id, method, params))
                            .flatMap(opened -> messages(opened, made, id)
                                    .last(NO_MESSAGE)
                                    .timeout(timeout)
                                    .map(message -> new Answer(
                                            opened.status(), opened.headers().get("mcp-session-id"), message)));
                })
                .onErrorMap(
                        TimeoutException.class, e -> new EngineFailedException("the server did not answer in time"));
    }

    /**
     * Runs a tool, as part of {@code trace}. The messages are the progress of this call, if {@code progress}, and at last its
     * response.
     *
     * <p>Sent once. Only where the server says that it does not know the session, and therefore has not run anything, it is sent
     * again, over a new session.
     */
    Mono<Flux<Map<String, @Nullable Object>>> call(ToolCall call, Trace trace, boolean progress) {
        return connection.flatMap(made -> attempt(made, call, trace, progress)
                .switchIfEmpty(Mono.defer(() -> connection
                        .flatMap(renewed -> attempt(renewed, call, trace, progress))
                        .switchIfEmpty(Mono.error(() -> new EngineFailedException(
                                "the server ends every session that it begins; nothing ran"))))));
    }

    /** Empty where the server does not know the session. */
    private Mono<Flux<Map<String, @Nullable Object>>> attempt(
            Connection made, ToolCall call, Trace trace, boolean progress) {
        return Mono.defer(() -> {
            long id = ids.incrementAndGet();
            var params = new LinkedHashMap<String, Object>();
            params.put("name", call.tool().name());
            params.put("arguments", call.arguments());
            var meta = new LinkedHashMap<String, Object>();
            if (progress) {
                meta.put("progressToken", id);
            }
            trace.addTo(meta); // where MCP itself expects it (SEP-414)
            if (!meta.isEmpty()) {
                params.put("_meta", meta);
            }
            var request = outgoing(made, id, "tools/call", params);
            trace.addTo(request.headers());
            if (made.modern()) {
                request.headers().set("mcp-name", HeaderText.encode(call.tool().name()));
                call.tool().headers().derive(call.arguments()).forEach(request.headers()::set);
            }
            return target.open(request).flatMap(opened -> {
                if (opened.status() == 404 && made.session() != null) {
                    made.giveUp();
                    return opened.content().then(Mono.empty());
                }
                return Mono.just(messages(opened, made, id)
                        .map(message -> known(message, opened.status()))
                        .doOnCancel(() -> cancelled(made, id)));
            });
        });
    }

    private static Map<String, @Nullable Object> known(Map<String, @Nullable Object> message, int status) {
        if (message.isEmpty()) {
            throw new EngineFailedException("the server answered with status " + status + "; the call may have run");
        }
        return message;
    }

    /** The messages that belong to request {@code id}; ends with its response, or fails. */
    private Flux<Map<String, @Nullable Object>> messages(Opened opened, Connection made, long id) {
        var type = opened.headers().get("content-type", "");
        if (opened.status() == 200 && type.startsWith("text/event-stream")) {
            var reader = new SseReader(limit);
            return opened.content()
                    .concatMapIterable(reader::feed, 1)
                    .map(Server::parse)
                    .filter(message -> concerns(message, made, id))
                    .concatWith(Mono.error(Server::brokeOff)) // reached only where no response came
                    .takeUntil(message -> !message.containsKey("method"));
        }
        return opened.whole(limit).flatMapMany(reply -> {
            if (reply.status() == 400 || reply.status() == 404) {
                made.giveUp(); // it may be another server by now
            }
            var message = lenient(reply.body());
            boolean result = reply.status() == 200
                    && message.containsKey("result")
                    && Long.valueOf(id).equals(message.get("id"));
            return Flux.just(result || message.get("error") instanceof Map ? message : NO_MESSAGE);
        });
    }

    private boolean concerns(Map<String, @Nullable Object> message, Connection made, long id) {
        if (!message.containsKey("method")) {
            return Long.valueOf(id).equals(message.get("id"));
        }
        var request = message.get("id");
        if (request != null) {
            answer(made, request, "ping".equals(message.get("method")));
            return false;
        }
        var token = Incoming.object(message.get("params")).get("progressToken");
        return "notifications/progress".equals(message.get("method"))
                && Long.valueOf(id).equals(token);
    }

    private void answer(Connection made, Object request, boolean ping) {
        var message = ping
                ? Rpc.result(request, Map.of())
                : Rpc.error(request, -32601, "the gateway does not relay requests to clients", Map.of());
        tell(made, message).onErrorComplete().subscribe();
    }

    private void cancelled(Connection made, long id) {
        if (!made.modern()) {
            var params = Map.of("requestId", id, "reason", "the caller left");
            tell(made, Rpc.notification("notifications/cancelled", params))
                    .onErrorComplete()
                    .subscribe();
        }
    }

    private Mono<Void> tell(Connection made, Map<String, ?> message) {
        return target.send(new Outgoing(HttpMethod.POST, "", headers(made), Rpc.bytes(message)), limit)
                .then();
    }

    private static Outgoing outgoing(Connection made, long id, String method, Map<String, ?> params) {
        var headers = headers(made);
        if (method.equals("initialize")) {
            headers.remove("mcp-protocol-version"); // nothing is negotiated yet
        }
        Map<String, Object> all = new LinkedHashMap<>(params);
        if (made.modern()) {
            headers.set("mcp-method", method);
            Map<String, Object> meta = new LinkedHashMap<>(Meta.CLIENT);
            Incoming.object(params.get("_meta")).forEach((key, value) -> {
                if (value != null) {
                    meta.put(key, value);
                }
            });
            all.put("_meta", meta);
        }
        return new Outgoing(HttpMethod.POST, "", headers, Rpc.bytes(Rpc.request(id, method, all)));
    }

    private static DefaultHttpHeaders headers(Connection made) {
        var headers = new DefaultHttpHeaders();
        headers.set("content-type", "application/json");
        headers.set("accept", "application/json, text/event-stream");
        headers.set("mcp-protocol-version", made.version());
        var session = made.session();
        if (session != null) {
            headers.set("mcp-session-id", session);
        }
        return headers;
    }

    private static Map<String, @Nullable Object> parse(String text) {
        return lenient(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, @Nullable Object> lenient(byte[] body) {
        try {
            return Incoming.object(StrictJson.lenientNumbers().read(body));
        } catch (JsonRefusedException e) {
            return Map.of();
        }
    }

    private static EngineFailedException brokeOff() {
        return new EngineFailedException("the server broke off; the call may have run");
    }

    @Override
    public void close() {
        var made = latest.get();
        if (made == null || made.session() == null || made.stale()) {
            target.close();
            return;
        }
        target.send(new Outgoing(HttpMethod.DELETE, "", headers(made), null), limit)
                .timeout(Duration.ofSeconds(2))
                .onErrorComplete()
                .doFinally(end -> target.close())
                .subscribe();
    }
}
