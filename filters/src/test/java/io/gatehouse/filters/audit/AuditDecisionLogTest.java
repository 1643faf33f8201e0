package io.gatehouse.filters.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.audit.AuditKind;
import io.gatehouse.filters.Outcomes;
import io.gatehouse.filters.TestAuditLog;
import io.gatehouse.filters.TestServices;
import io.gatehouse.policy.Decision;
import io.gatehouse.proxy.RouteConfig.AuditMode;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditDecisionLogTest {
    private final TestAuditLog log = new TestAuditLog();
    private final TestServices services = new TestServices();

    private AuditDecisionLog decisions(AuditMode mode) {
        return new AuditDecisionLog(log, mode, services.clock(), services.meters());
    }

    private static TestExchange permitted() {
        var exchange = TestExchange.of(HttpMethod.GET, "/orders?password=hidden&page=1")
                .header("User-Agent", "a".repeat(300))
                .header("Authorization", "Bearer hidden");
        exchange.decision = new Decision(
                Decision.Verdict.PERMIT,
                List.of(new Decision.PolicyReference("p1", "00"), new Decision.PolicyReference("p2", "01")),
                "v1",
                List.of(),
                List.of(),
                List.of());
        return exchange;
    }

    @Test
    void queuesTheDecisionWithoutSecrets() {
        assertThat(decisions(AuditMode.QUEUED).decided(permitted(), null)).isEqualTo(Verdict.NEXT);

        var event = log.queued.getFirst();
        assertThat(event.kind()).isEqualTo(AuditKind.DECISION);
        assertThat(event.time()).isEqualTo(TestServices.NOW.toEpochMilli());
        assertThat(event.principal()).isEqualTo("anonymous:anonymous");
        assertThat(event.action()).isEqualTo("http:GET");
        assertThat(event.resource()).isEqualTo("/orders");
        assertThat(event.decision()).isEqualTo("permit");
        assertThat(event.policies()).isEqualTo("p1,p2");
        assertThat(event.policyVersion()).isEqualTo("v1");
        assertThat(event.userAgent()).hasSize(256);
        assertThat(event.details().get("query")).isEqualTo("password=***&page=1");
        assertThat(event.details().get("route")).isEqualTo("test");
        assertThat(event.toString()).doesNotContain("hidden");
    }

    @Test
    void recordsADenialWithItsCode() {
        decisions(AuditMode.QUEUED).decided(permitted(), new Denial("rate_limited", 429, "t", "d"));
        assertThat(log.queued.getFirst().decision()).isEqualTo("deny");
        assertThat(log.queued.getFirst().outcome()).isEqualTo("rate_limited");
        assertThat(log.queued.getFirst().status()).isEqualTo(429);
    }

    @Test
    void forwardsNothingThatTheQueueRefuses() {
        log.full = true;
        assertThat(decisions(AuditMode.QUEUED).decided(permitted(), null))
                .isInstanceOfSatisfying(Verdict.Deny.class, deny -> {
                    assertThat(deny.denial().code()).isEqualTo("audit_unavailable");
                    assertThat(deny.denial().status()).isEqualTo(503);
                });
        assertThat(services.registry
                        .counter("gatehouse.audit.decisions.refused")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void waitsForStableStorageInDurableMode() {
        assertThat(settled(decisions(AuditMode.DURABLE).decided(permitted(), null)))
                .isEqualTo(Verdict.NEXT);
        assertThat(log.durable).hasSize(1);
        log.full = true;
        assertThat(settled(decisions(AuditMode.DURABLE).decided(permitted(), null)))
                .isInstanceOf(Verdict.Deny.class);
    }

    private static Verdict.Settled settled(Verdict verdict) {
        if (verdict instanceof Verdict.Later later) {
            return java.util.Objects.requireNonNull(later.decision().block(Duration.ofSeconds(5)));
        }
        throw new AssertionError("expected to wait, got " + verdict);
    }

    @Test
    void recordsWhatRidesOnAnApprovalDurably() {
        var exchange = permitted();
        exchange.approval = "apr_1";
        var decisions = decisions(AuditMode.QUEUED);
        assertThat(settled(decisions.decided(exchange, null))).isEqualTo(Verdict.NEXT);
        decisions.ended(exchange, Outcomes.served(200));
        assertThat(log.durable).extracting("approval").containsExactly("apr_1", "apr_1");
        assertThat(log.queued).isEmpty();
    }

    @Test
    void recordsTheOutcomeAndCountsWhatIsLost() {
        var decisions = decisions(AuditMode.QUEUED);
        decisions.ended(permitted(), Outcomes.served(201));
        var event = log.queued.getFirst();
        assertThat(event.kind()).isEqualTo(AuditKind.OUTCOME);
        assertThat(event.outcome()).isEqualTo("served");
        assertThat(event.status()).isEqualTo(201);
        assertThat(event.latencyMicros()).isEqualTo(7000);
        assertThat(event.details().get("forwarded")).isEqualTo("true");

        log.full = true;
        decisions.ended(permitted(), Outcomes.served(200));
        assertThat(services.registry.counter("gatehouse.audit.outcomes.lost").count())
                .isEqualTo(1);
    }
}
