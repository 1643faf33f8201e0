package io.gatehouse.admin;

import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.approvals.ApproverDesk;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.filter.LocalResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Tells open pages that there is something new to see. One reader looks once a second, whatever the number of streams, and
 * only while there are any; what is new the page reads for itself. A stream ends after ten minutes, so that its caller is
 * identified again.
 */
final class ApprovalFeed {
    private static final Logger log = LoggerFactory.getLogger(ApprovalFeed.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration STREAM_LIFETIME = Duration.ofMinutes(10);
    private static final int LOOKED_AT = 100;

    private final ApproverDesk desk;
    private final Sessions sessions;
    private final Tokens tokens;
    private final int capacity;
    private final AtomicInteger open = new AtomicInteger();
    private final Flux<View> views;

    ApprovalFeed(ApproverDesk desk, Sessions sessions, Tokens tokens, int capacity, Scheduler blocking) {
        this.desk = desk;
        this.sessions = sessions;
        this.tokens = tokens;
        this.capacity = capacity;
        this.views = Flux.interval(Duration.ZERO, PERIOD)
                .onBackpressureDrop()
                .concatMap(tick -> look().subscribeOn(blocking), 1)
                .distinctUntilChanged()
                .replay(1)
                .refCount();
    }

    /**
     * What the newest approvals look like.
     *
     * @param pending how many wait, counted up to {@link #LOOKED_AT}
     * @param more whether there are more than that
     * @param versions ids and versions: differs whenever anything did
     */
    private record View(int pending, boolean more, String versions) {}

    record Event(int pending, boolean more) {}

    LocalResponse open(Call call) {
        var caller = call.requireCaller();
        if (open.get() >= capacity) {
            throw Refusal.unavailable("too many event streams are open");
        }
        var events = views.onBackpressureLatest().map(view -> event(new Event(view.pending(), view.more())));
        var heartbeats = Flux.interval(HEARTBEAT).onBackpressureDrop().map(tick -> ":\n\n");
        var stream = Flux.merge(events, heartbeats)
                .takeWhile(text -> stillValid(caller))
                .take(STREAM_LIFETIME)
                .map(ApprovalFeed::buffer)
                .doOnSubscribe(subscription -> open.incrementAndGet())
                .doFinally(signal -> open.decrementAndGet());
        return LocalResponse.stream(200, "text/event-stream", stream);
    }

    private boolean stillValid(Caller caller) {
        String id = caller.sessionId();
        return id == null ? tokens.contains(caller.token()) : sessions.find(id).isPresent();
    }

    private Mono<View> look() {
        return Mono.fromCallable(() -> {
                    var pending = desk.list(Principal.DEFAULT_TENANT, ApprovalState.PENDING_APPROVAL, null, LOOKED_AT);
                    var newest = desk.list(Principal.DEFAULT_TENANT, null, null, LOOKED_AT);
                    String versions = Stream.concat(pending.items().stream(), newest.items().stream())
                            .map(approval -> approval.id() + ":" + approval.version())
                            .collect(Collectors.joining(","));
                    return new View(pending.items().size(), pending.nextCursor() != null, versions);
                })
                .onErrorResume(error -> {
                    log.warn("approvals cannot be read: {}", error.getMessage());
                    return Mono.empty();
                });
    }

    private static String event(Event event) {
        return "event: approvals\ndata: " + new String(Json.bytes(event), StandardCharsets.UTF_8) + "\n\n";
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
