package io.gatehouse.filters.approve;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalException;
import io.gatehouse.approvals.Approvals;
import io.gatehouse.filters.text.JsonLine;
import io.gatehouse.proxy.engine.LocalService;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.LocalResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The requester's side of approvals: {@code GET} and {@code DELETE /.gatehouse/approvals/ID}, and
 * {@code GET /.gatehouse/approvals/ID/events}. Only for the principal that asked; an approval of another and one that does not
 * exist look alike. Says nothing of approvers.
 */
public final class ApprovalEndpoint implements LocalService {
    /** What the paths begin with. */
    public static final String PATH = "/.gatehouse/approvals/";

    private static final Pattern REST = Pattern.compile("(apr_[0-9a-z]{26})(/events)?");
    private static final Denial NOT_FOUND =
            new Denial("approval_unknown", 404, "not found", "there is no such approval of yours");
    private static final Denial CONFLICT =
            new Denial("approval_conflict", 409, "conflict", "this approval can no longer be withdrawn");
    private static final Duration BEAT = Duration.ofSeconds(15);
    /** How soon a client that polls should come again, in seconds. */
    private static final String POLL = "5";
    /** By when the first state of an event stream must be on its way to the client. */
    private static final Duration BEGIN = Duration.ofSeconds(10);

    private final Approvals approvals;

    public ApprovalEndpoint(Approvals approvals) {
        this.approvals = approvals;
    }

    @Override
    public Mono<LocalResponse> serve(Exchange exchange) {
        var path = exchange.path();
        var rest = REST.matcher(path.startsWith(PATH) ? path.substring(PATH.length()) : "");
        if (!rest.matches() || exchange.principal().type().equals("anonymous")) {
            return Mono.just(refusal(exchange, NOT_FOUND));
        }
        var id = rest.group(1);
        boolean events = rest.group(2) != null;
        var method = exchange.method();
        Mono<LocalResponse> answer;
        if (method.equals(HttpMethod.GET)) {
            answer = events ? events(exchange, id) : find(exchange, id).map(ApprovalEndpoint::state);
        } else if (method.equals(HttpMethod.DELETE) && !events) {
            answer = find(exchange, id)
                    .flatMap(approval -> approvals.withdraw(exchange.tenant(), requester(exchange), id))
                    .map(ApprovalEndpoint::state);
        } else {
            return Mono.just(refusal(exchange, notAllowed(events ? "GET" : "GET, DELETE")));
        }
        return answer.switchIfEmpty(Mono.fromSupplier(() -> refusal(exchange, NOT_FOUND)))
                .onErrorResume(failure -> Mono.just(refusal(exchange, denial(failure))));
    }

    private Mono<Approval> find(Exchange exchange, String id) {
        return approvals.find(exchange.tenant(), requester(exchange), id);
    }

    private static String requester(Exchange exchange) {
        return exchange.principal().reference();
    }

    private static Denial notAllowed(String methods) {
        return new Denial(
                "method_not_allowed", 405, "method not allowed", "expected " + methods, Map.of("Allow", methods));
    }

    private static Denial denial(Throwable failure) {
        if (failure instanceof ApprovalException refused) {
            return switch (refused.code()) {
                case "approval_unknown" -> NOT_FOUND;
                case "approval_conflict" -> CONFLICT;
                default -> Refusals.of(refused).denial();
            };
        }
        return Refusals.of(failure).denial();
    }

    private static LocalResponse refusal(Exchange exchange, Denial denial) {
        return unstored(exchange.presenter().denied(exchange, denial));
    }

    private static LocalResponse state(Approval approval) {
        var response = unstored(LocalResponse.of(200, "application/json", json(approval)));
        if (!approval.state().isFinal()) {
            response.headers().set("retry-after", POLL);
        }
        return response;
    }

    /** Answers once the first state is known, so that whoever may not wait is told so by the status. */
    private Mono<LocalResponse> events(Exchange exchange, String id) {
        var states = approvals
                .changes(exchange.tenant(), requester(exchange), id)
                .replay(1)
                .refCount(1, BEGIN); // the wait outlives this step, and ends where nobody reads on
        return states.next().map(first -> events(states));
    }

    /** Ends with the approval's final state. */
    private static LocalResponse events(Flux<Approval> approvals) {
        Flux<ByteBuf> beats = Flux.interval(BEAT)
                .onBackpressureDrop()
                .map(beat -> Unpooled.copiedBuffer(":\n\n", StandardCharsets.US_ASCII));
        var stream = approvals
                .map(ApprovalEndpoint::event)
                .publish(states -> Flux.merge(states, beats.takeUntilOther(states.ignoreElements())));
        return unstored(LocalResponse.stream(200, "text/event-stream", stream));
    }

    private static ByteBuf event(Approval approval) {
        return Unpooled.wrappedBuffer(
                ("id: " + approval.version() + "\nevent: state\ndata: ").getBytes(StandardCharsets.US_ASCII),
                json(approval),
                "\n\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static LocalResponse unstored(LocalResponse response) {
        response.headers().set("cache-control", "no-store").set("x-content-type-options", "nosniff");
        return response;
    }

    private static byte[] json(Approval approval) {
        return new JsonLine()
                .begin()
                .text("id", approval.id())
                .text("state", approval.state().wireName())
                .text("title", approval.draft().preview().title())
                .text("route", approval.draft().route())
                .text("createdAt", time(approval.createdAt()))
                .text("expiresAt", time(approval.expiresAt()))
                .text("decidedAt", time(approval.decidedAt()))
                .text("finishedAt", time(approval.finishedAt()))
                .text("outcome", approval.outcome())
                .end();
    }

    private static @Nullable String time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }
}
