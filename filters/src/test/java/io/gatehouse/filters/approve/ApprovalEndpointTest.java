package io.gatehouse.filters.approve;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.testing.TestExchange;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

class ApprovalEndpointTest extends ApproveFixture {
    private final ApprovalEndpoint endpoint = new ApprovalEndpoint(approvals);
    private String id = "";

    @BeforeEach
    void open() {
        id = waiting(settled(filter(Duration.ZERO).onRequest(risky("1"))));
    }

    private LocalResponse ask(HttpMethod method, String rest, Principal principal) {
        var exchange = TestExchange.of(method, ApprovalEndpoint.PATH + rest);
        exchange.principal = principal;
        return Objects.requireNonNull(endpoint.serve(exchange).block(PATIENCE));
    }

    private static String text(LocalResponse response) {
        return new String(response.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void tellsTheRequesterWhereItStandsWithoutNamingApprovers() {
        vote(id, true);
        var response = ask(HttpMethod.GET, id, AGENT);
        var json = JsonMapper.shared().readTree(response.bytes());

        assertThat(response.status()).isEqualTo(200);
        assertThat(json.get("id").asString()).isEqualTo(id);
        assertThat(json.get("state").asString()).isEqualTo("approved");
        assertThat(text(response)).doesNotContain("ann", "seen");
        assertThat(response.headers().get("cache-control")).isEqualTo("no-store");
    }

    @Test
    void looksTheSameForUnknownForeignAndAnonymous() {
        var stranger = principal("mallory", Set.of("approver"));
        for (var response : new LocalResponse[] {
            ask(HttpMethod.GET, "apr_" + "0".repeat(26), AGENT),
            ask(HttpMethod.GET, id, stranger),
            ask(HttpMethod.DELETE, id, stranger),
            ask(HttpMethod.GET, id + "/events", stranger),
            ask(HttpMethod.GET, id, Principal.ANONYMOUS),
            ask(HttpMethod.GET, id + "/else", AGENT),
            ask(HttpMethod.GET, "../" + id, AGENT)
        }) {
            assertThat(response.status()).isEqualTo(404);
            assertThat(text(response)).isEqualTo("approval_unknown");
        }
        assertThat(state(id)).isEqualTo(ApprovalState.PENDING_APPROVAL);
    }

    @Test
    void letsTheRequesterWithdrawOnce() {
        assertThat(text(ask(HttpMethod.DELETE, id, AGENT))).contains("\"state\":\"cancelled\"");
        assertThat(ask(HttpMethod.DELETE, id, AGENT).status()).isEqualTo(409);
    }

    @Test
    void refusesOtherMethods() {
        var response = ask(HttpMethod.POST, id, AGENT);
        assertThat(response.status()).isEqualTo(405);
    }

    @Test
    void streamsEachStateUntilTheLast() throws InterruptedException {
        var response = ask(HttpMethod.GET, id + "/events", AGENT);
        assertThat(response.headers().get("content-type")).isEqualTo("text/event-stream");
        var events = new LinkedBlockingQueue<String>();
        var stream = Flux.from(Objects.requireNonNull(response.stream()))
                .doOnComplete(() -> events.add("end"))
                .subscribe(buffer -> events.add(take(buffer)));

        assertThat(events.poll(10, TimeUnit.SECONDS)).contains("event: state\ndata: {", "pending_approval");
        vote(id, false);
        assertThat(events.poll(10, TimeUnit.SECONDS))
                .contains("\"state\":\"rejected\"")
                .endsWith("}\n\n");
        assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("end");
        stream.dispose();
    }

    @Test
    void boundsTheEventStreamsOfOneRequester() {
        var waiting = Flux.range(0, 100)
                .map(i -> approvals
                        .decided(Principal.DEFAULT_TENANT, AGENT.reference(), id)
                        .subscribe())
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();

        var refused = ask(HttpMethod.GET, id + "/events", AGENT);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(text(refused)).isEqualTo("too_many_waiters");
        waiting.getFirst().dispose();
        assertThat(ask(HttpMethod.GET, id + "/events", AGENT).status()).isEqualTo(200);
        waiting.forEach(Disposable::dispose);
    }

    @Test
    void saysToWhoeverPollsWhenToComeAgain() {
        assertThat(ask(HttpMethod.GET, id, AGENT).headers().get("retry-after")).isEqualTo("5");
        vote(id, false);
        assertThat(ask(HttpMethod.GET, id, AGENT).headers().contains("retry-after"))
                .isFalse();
    }

    private static String take(ByteBuf buffer) {
        var text = buffer.toString(StandardCharsets.UTF_8);
        buffer.release();
        return text;
    }
}
