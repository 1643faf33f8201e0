package io.gatehouse.filters.approve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.filters.Allocation;
import io.gatehouse.filters.Outcomes;
import io.gatehouse.filters.edge.RequestIdConfig;
import io.gatehouse.filters.edge.RequestIdFactory;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.filter.Call;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Outcome.Cause;
import io.gatehouse.proxy.filter.Presenter;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class ApproveFilterTest extends ApproveFixture {
    private static final Duration NO_HOLD = Duration.ZERO;

    private String approved(Filter filter, String body) {
        var id = waiting(settled(filter.onRequest(risky(body))));
        vote(id, true);
        return id;
    }

    private static TestExchange with(String id, String body) {
        return risky(body).header("Gatehouse-Approval", id);
    }

    private void awaitState(String id, ApprovalState state) {
        await().atMost(PATIENCE).until(() -> state(id) == state);
    }

    @Test
    void stopsWhatNeedsAnApprovalAndRunsItOnceItIsGiven() {
        var filter = filter(NO_HOLD);
        var id = approved(filter, "100");
        var exchange = with(id, "100");

        assertThat(settled(filter.onRequest(exchange))).isEqualTo(Verdict.NEXT);
        assertThat(exchange.approval()).isEqualTo(id);
        assertThat(exchange.requestHeaders().get("Idempotency-Key")).isEqualTo(id);
        assertThat(exchange.requestHeaders().contains("Gatehouse-Approval")).isFalse();
        filter.onEnd(exchange, Outcomes.served(200));
        awaitState(id, ApprovalState.SUCCEEDED);
        assertThat(code(settled(filter.onRequest(with(id, "100"))))).isEqualTo("approval_used");
    }

    private static TestExchange handshake() {
        return risky("").header("Upgrade", "websocket");
    }

    @Test
    void opensNoWebSocketOnAnApprovalUnlessItIsSetTo() {
        assertThat(code(settled(filter(NO_HOLD).onRequest(handshake())))).isEqualTo("approval_unbound");
        assertThat(log.durable).isEmpty();

        var config = new ApproveConfig(null, NO_HOLD, List.of(), true);
        var open = new ApproveFactory().create(config, services);
        assertThat(waiting(settled(open.onRequest(handshake())))).isNotEmpty();
        var plain = handshake();
        plain.decision = null;
        assertThat(settled(filter(NO_HOLD).onRequest(plain))).isEqualTo(Verdict.NEXT);
    }

    @Test
    void refusesAnyOtherRequestOnTheSameApproval() {
        var filter = filter(NO_HOLD);
        var id = approved(filter, "100");

        assertThat(code(settled(filter.onRequest(with(id, "101"))))).isEqualTo("approval_mismatch");
        var elsewhere = with(id, "100");
        elsewhere.uri = "/transfers?to=eve";
        assertThat(code(settled(filter.onRequest(elsewhere)))).isEqualTo("approval_mismatch");
        var foreign = with(id, "100");
        foreign.principal = principal("mallory", java.util.Set.of());
        assertThat(code(settled(filter.onRequest(foreign)))).isEqualTo("approval_unknown");
        assertThat(state(id)).isEqualTo(ApprovalState.APPROVED);
    }

    @Test
    void refusesHeadersThatMakeAnotherRequestOfTheApprovedOne() {
        var filter = filter(NO_HOLD);
        var id = approved(filter, "100");

        for (var name : List.of(
                "X-HTTP-Method-Override",
                "X-Original-URL",
                "Content-Encoding",
                "Range",
                "Cookie",
                "Authorization",
                "X-Api-Key",
                "X-Acting-As")) {
            assertThat(code(settled(filter.onRequest(with(id, "100").header(name, "DELETE")))))
                    .as(name)
                    .isEqualTo("approval_mismatch");
        }
        assertThat(settled(filter.onRequest(with(id, "100").header("Accept-Language", "de"))))
                .isEqualTo(Verdict.NEXT);
    }

    @Test
    void refusesTheApprovedRequestWithAnotherCookieOrWithoutIt() {
        var filter = filter(NO_HOLD);
        var id = waiting(settled(filter.onRequest(risky("1").header("Cookie", "account=a"))));
        vote(id, true);

        assertThat(code(settled(filter.onRequest(with(id, "1").header("Cookie", "account=b")))))
                .isEqualTo("approval_mismatch");
        assertThat(code(settled(filter.onRequest(with(id, "1"))))).isEqualTo("approval_mismatch");
        assertThat(settled(filter.onRequest(with(id, "1").header("COOKIE", "account=a"))))
                .isEqualTo(Verdict.NEXT);
    }

    @Test
    void takesWhatOrdinaryClientsChangeFromOneTryToTheNext() {
        var filter = filter(NO_HOLD);
        var id = waiting(settled(filter.onRequest(risky("1")
                .header("User-Agent", "agent/1")
                .header("Traceparent", "00-1")
                .header("X-Request-Id", "1")
                .header("Connection", "keep-alive"))));
        vote(id, true);

        var retry = with(id, "1")
                .header("User-Agent", "agent/2")
                .header("Traceparent", "00-2")
                .header("X-Request-Id", "2")
                .header("Prefer", "wait=5")
                .header("Accept", "*/*");
        assertThat(settled(filter.onRequest(retry))).isEqualTo(Verdict.NEXT);
    }

    @Test
    void neverBindsTheIdThatTheGatewayGivesARequest() {
        var ids = new RequestIdFactory().create(new RequestIdConfig("X-Trace", false), services);
        var filter = filter(NO_HOLD);
        var first = risky("1");
        ids.onRequest(first);
        var id = waiting(settled(filter.onRequest(first)));
        vote(id, true);

        var retry = with(id, "1");
        ids.onRequest(retry);
        assertThat(settled(filter.onRequest(retry))).isEqualTo(Verdict.NEXT);
    }

    @Test
    void saysWhereTheShownQueryIsCut() {
        var exchange = risky("100");
        exchange.uri = "/transfers?to=" + "b".repeat(2000) + "&all=true";
        var id = waiting(settled(filter(NO_HOLD).onRequest(exchange)));

        assertThat(shown(id).draft().preview().facts().get("query")).endsWith(" (cut after 1000 of 2012 characters)");
    }

    @Test
    void refusesPendingDeniedAndUnknownApprovals() {
        var filter = filter(NO_HOLD);
        var id = waiting(settled(filter.onRequest(risky("1"))));
        assertThat(code(settled(filter.onRequest(with(id, "1"))))).isEqualTo("approval_pending");
        vote(id, false);
        assertThat(code(settled(filter.onRequest(with(id, "1"))))).isEqualTo("approval_denied");
        assertThat(code(settled(filter.onRequest(with("apr_" + "0".repeat(26), "1")))))
                .isEqualTo("approval_unknown");
        assertThat(code(settled(filter.onRequest(with(id, "1").header("Gatehouse-Approval", id)))))
                .isEqualTo("approval_unknown");
    }

    @Test
    void opensOneApprovalForTheSameRequest() {
        var filter = filter(NO_HOLD);
        var first = waiting(settled(filter.onRequest(risky("1"))));
        assertThat(waiting(settled(filter.onRequest(risky("1"))))).isEqualTo(first);
        assertThat(waiting(settled(filter.onRequest(risky("2"))))).isNotEqualTo(first);
    }

    @Test
    void recordsHowEachRunEnded() {
        var ends = Map.of(
                Outcomes.served(404), ApprovalState.SUCCEEDED,
                Outcomes.served(502), ApprovalState.FAILED,
                Outcomes.cutOff(Cause.FAILED, 0), ApprovalState.OUTCOME_UNKNOWN,
                Outcomes.cutOff(Cause.CANCELLED, 200), ApprovalState.OUTCOME_UNKNOWN,
                Outcomes.notSent(Cause.DENIED, "audit_unavailable"), ApprovalState.APPROVED);
        var filter = filter(NO_HOLD);
        ends.forEach((outcome, state) -> {
            var body = outcome.toString();
            var id = approved(filter, body);
            var exchange = with(id, body);
            assertThat(settled(filter.onRequest(exchange))).isEqualTo(Verdict.NEXT);
            filter.onEnd(exchange, outcome);
            filter.onEnd(exchange, Outcomes.served(200));
            awaitState(id, state);
        });
    }

    @Test
    void givesBackWhatWasTakenForAClientThatLeft() {
        var filter = filter(NO_HOLD);
        var id = approved(filter, "1");
        var exchange = with(id, "1");
        var later = (Verdict.Later) filter.onRequest(exchange);
        filter.onEnd(exchange, Outcomes.notSent(Cause.CANCELLED, "client_cancelled"));

        assertThat(later.decision().block(PATIENCE)).isInstanceOf(Verdict.Deny.class);
        assertThat(exchange.approval()).isNull();
        await().atMost(PATIENCE)
                .until(() -> log.durable.stream()
                        .anyMatch(event -> id.equals(event.approval()) && "client_left".equals(event.outcome())));
        awaitState(id, ApprovalState.APPROVED);
    }

    @Test
    void holdsUntilDecidedThenRunsTheResumedRequest() {
        var filter = filter(Duration.ofMinutes(1));
        var exchange = risky("1");
        var parking = ((Verdict.Park) settled(filter.onRequest(exchange))).parking();
        assertThat(parking.limit()).isEqualTo(Duration.ofMinutes(1));
        var id = waiting(parking.atLimit());
        var decided = parking.decision().toFuture();
        vote(id, true);

        assertThat(decided.join()).isEqualTo(Verdict.NEXT);
        exchange.resumed = true;
        assertThat(settled(filter.onRequest(exchange))).isEqualTo(Verdict.NEXT);
        assertThat(exchange.approval()).isEqualTo(id);
        filter.onEnd(exchange, Outcomes.served(200));
        awaitState(id, ApprovalState.SUCCEEDED);
    }

    @Test
    void endsAHeldRequestThatIsDenied() {
        var filter = filter(Duration.ofMinutes(1));
        var parking = ((Verdict.Park) settled(filter.onRequest(risky("1")))).parking();
        var decided = parking.decision().toFuture();
        vote(waiting(parking.atLimit()), false);

        assertThat(code(Objects.requireNonNull(decided.join()))).isEqualTo("approval_denied");
    }

    @Test
    void withdrawsWhatAHeldRequestOpenedWhenItsClientLeaves() {
        var filter = filter(Duration.ofMinutes(1));
        var exchange = risky("1");
        var parking = ((Verdict.Park) settled(filter.onRequest(exchange))).parking();
        filter.onEnd(exchange, Outcomes.notSent(Cause.CANCELLED, "client_cancelled"));
        awaitState(waiting(parking.atLimit()), ApprovalState.CANCELLED);
    }

    @Test
    void holdsOnlySoManyRequestsOfOneClient() {
        var filter = filter(Duration.ofMinutes(1));
        var parking = ((Verdict.Park) settled(filter.onRequest(risky("1")))).parking();
        var held =
                Stream.generate(() -> parking.decision().subscribe()).limit(100).toList();

        var next = ((Verdict.Park) settled(filter.onRequest(risky("1")))).parking();
        // it does not wait, and is told of its approval all the same
        assertThat(waiting(Objects.requireNonNull(next.decision().block(PATIENCE))))
                .startsWith("apr_");
        held.forEach(Disposable::dispose);
    }

    @Test
    void keepsTheTicketOfAHeldRequestAtItsLimit() {
        var filter = filter(Duration.ofMinutes(1));
        var exchange = risky("1");
        var parking = ((Verdict.Park) settled(filter.onRequest(exchange))).parking();
        filter.onEnd(exchange, Outcomes.notSent(Cause.ANSWERED, "answered"));
        var id = waiting(parking.atLimit());
        vote(id, true);

        assertThat(settled(filter.onRequest(with(id, "1")))).isEqualTo(Verdict.NEXT);
    }

    @Test
    void waitsAsLongAsTheClientPrefersUpToABound() {
        var filter = filter(NO_HOLD);
        var patient = risky("1").header("Prefer", "respond-async, wait=20");
        assertThat(((Verdict.Park) settled(filter.onRequest(patient))).parking().limit())
                .isEqualTo(Duration.ofSeconds(20));
        var endless = risky("2").header("Prefer", "wait=999999");
        assertThat(((Verdict.Park) settled(filter.onRequest(endless))).parking().limit())
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void bindsWhatTheTargetIsToldBesideThePreferenceToWait() {
        for (var preference : List.of("wait=1; return=representation", "respond-async; dry-run=false", "wait=\"x")) {
            var filter = filter(NO_HOLD);
            var id = waiting(settled(filter.onRequest(risky("1"))));
            vote(id, true);
            var retry = with(id, "1").header("Prefer", preference);
            assertThat(code(settled(filter.onRequest(retry)))).as(preference).isEqualTo("approval_mismatch");
        }
    }

    /** What looks like a preference for the gateway may be a part of another's text. */
    @Test
    void bindsWhatAPreferenceHoldsInQuotes() {
        var filter = filter(NO_HOLD);
        var first = risky("1").header("Prefer", "note=\"a,respond-async,b\"");
        var id = waiting(settled(filter.onRequest(first)));
        vote(id, true);
        var retry = with(id, "1").header("Prefer", "note=\"a,b\"");
        assertThat(code(settled(filter.onRequest(retry)))).isEqualTo("approval_mismatch");
    }

    @Test
    void asksWhereItsOwnConditionHolds() {
        var config = new ApproveConfig("action.risk >= 70", NO_HOLD, List.of(), false);
        var filter = new ApproveFactory().create(config, services);
        assertThat(filter.onRequest(ofRisk(69))).isEqualTo(Verdict.NEXT);
        var id = waiting(settled(filter.onRequest(ofRisk(70))));
        assertThat(shown(id).draft().preview().facts()).containsEntry("risk", "70");
        assertThat(code(settled(filter.onRequest(ofRisk("high"))))).isEqualTo("approval_condition_failed");
        assertThatThrownBy(() -> new ApproveFactory()
                        .create(new ApproveConfig("action.risk >=", NO_HOLD, List.of(), false), services))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("when: ");
    }

    private static TestExchange ofRisk(Object risk) {
        var exchange = new TestExchange();
        exchange.principal = AGENT;
        exchange.policies = new io.gatehouse.policy.PolicyDecisionPoint() {
            @Override
            public String version() {
                return "v1";
            }

            @Override
            public io.gatehouse.policy.Decision decide(io.gatehouse.policy.AccessRequest request) {
                throw new AssertionError("this test asks no policy");
            }
        };
        exchange.action = new Action(
                "http",
                "GET",
                Attributes.of(Map.of("risk", risk instanceof Integer i ? (Object) i.longValue() : risk)));
        return exchange;
    }

    @Test
    void passesWhatNobodyHasToAgreeToAndStripsTheHeader() {
        var filter = filter(NO_HOLD);
        var exchange = new TestExchange().header("Gatehouse-Approval", "x");
        assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.NEXT);
        assertThat(exchange.requestHeaders().contains("Gatehouse-Approval")).isFalse();
        assertThat(Allocation.bytesPerRun(() -> filter.onRequest(exchange))).isZero();
    }

    @Test
    void refusesWhoeverIsNotIdentified() {
        var exchange = risky("1");
        exchange.principal = Principal.ANONYMOUS;
        assertThat(code(settled(filter(NO_HOLD).onRequest(exchange)))).isEqualTo("unauthenticated");
        assertThat(all()).isEmpty();
    }

    @Test
    void forwardsNothingWhileApprovalsCannotBeRecorded() {
        var filter = filter(NO_HOLD);
        var id = approved(filter, "1");
        log.full = true;
        var exchange = with(id, "1");
        assertThat(settled(filter.onRequest(exchange)))
                .isInstanceOfSatisfying(
                        Verdict.Deny.class,
                        deny -> assertThat(deny.denial().status()).isEqualTo(503));
        assertThat(exchange.approval()).isNull();
    }

    @Test
    void findsTheApprovalOfARepeatedCallForClientsWithoutTheHeader() {
        var filter = filter(NO_HOLD);
        var id = waiting(settled(filter.onRequest(call())));
        vote(id, true);
        var again = call();
        assertThat(settled(filter.onRequest(again))).isEqualTo(Verdict.NEXT);
        assertThat(again.approval()).isEqualTo(id);
        assertThat(shown(id).draft().preview().title()).isEqualTo("crm: delete\\u202e");
    }

    private static TestExchange call() {
        var exchange = risky("");
        exchange.call = new Call() {
            @Override
            public String canonical() {
                return "crm/delete/{\"id\":1}";
            }

            @Override
            public String title() {
                return "crm: delete\u202e";
            }

            @Override
            public String detail() {
                return "{\n  \"id\": 1\n}";
            }
        };
        exchange.presenter = new ByDigest(exchange.presenter);
        return exchange;
    }

    private record ByDigest(Presenter plain) implements Presenter {
        @Override
        public LocalResponse denied(Exchange exchange, Denial denial) {
            return plain.denied(exchange, denial);
        }

        @Override
        public LocalResponse waiting(Exchange exchange, Waiting waiting) {
            return plain.waiting(exchange, waiting);
        }

        @Override
        public Duration hold(Exchange exchange) {
            return Duration.ZERO;
        }

        @Override
        public boolean findsApprovalByDigest() {
            return true;
        }
    }

    @Test
    void showsTheApproverWhatWillRunAndNoSecret() {
        var exchange =
                risky("{\"amount\": 100}").header("Cookie", "session=abc").header("User-Agent", "bot/1");
        exchange.route = new io.gatehouse.proxy.filter.RouteInfo(
                "test", Principal.DEFAULT_TENANT, List.of("x-tenant", "authorization"));
        exchange.header("X-Tenant", "acme").header("Authorization", "Basic c2VjcmV0");
        var preview = shown(waiting(settled(filter(NO_HOLD).onRequest(exchange))))
                .draft()
                .preview();

        assertThat(preview.title()).isEqualTo("POST /transfers");
        assertThat(preview.body()).isEqualTo("{\"amount\": 100}");
        assertThat(preview.facts())
                .containsEntry("query", "to=bob&token=***")
                .containsEntry("header x-tenant", "acme")
                .containsEntry("header authorization", "***")
                .containsEntry("client address", "192.0.2.1")
                .containsEntry("user agent", "bot/1");
        assertThat(preview.toString()).doesNotContain("hidden-value", "c2VjcmV0", "abc");
    }

    @Test
    void showsABodyThatIsNoTextAsItsDigest() {
        var exchange = risky("");
        exchange.body = io.netty.buffer.Unpooled.wrappedBuffer(new byte[] {(byte) 0xff, 0, 1});
        var preview = shown(waiting(settled(filter(NO_HOLD).onRequest(exchange))))
                .draft()
                .preview();
        assertThat(preview.body()).startsWith("(not text: 3 bytes, sha256:");
    }

    @Test
    void saysOfEveryEndWhatIsCertain() {
        assertThat(RunLog.run(new Outcome(Cause.ANSWERED, "answered", 200, 0, 0, 1, 0, true, null)))
                .isEqualTo(io.gatehouse.approvals.Approvals.Run.SUCCEEDED);
        assertThat(RunLog.run(Outcomes.notSent(Cause.FAILED, "upstream_failed")))
                .isEqualTo(io.gatehouse.approvals.Approvals.Run.NOT_SENT);
    }
}
