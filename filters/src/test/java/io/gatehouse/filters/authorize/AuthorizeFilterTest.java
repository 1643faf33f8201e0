package io.gatehouse.filters.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.filters.Allocation;
import io.gatehouse.filters.TestServices;
import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthorizeFilterTest {
    private final Filter filter = new AuthorizeFactory().create(new AuthorizeConfig(), new TestServices());

    private static TestExchange judged(Decision.Verdict verdict) {
        var decision = new Decision(verdict, List.of(), "v1", List.of("forbidden by policy no-secrets"), List.of(), List.of());
        var exchange = new TestExchange();
        exchange.policies = new PolicyDecisionPoint() {
            @Override
            public String version() {
                return "v1";
            }

            @Override
            public Decision decide(AccessRequest request) {
                return decision;
            }
        };
        return exchange;
    }

    @Test
    void letsPassWhatIsPermittedAndLeavesApprovalsToOthers() {
        for (var verdict : List.of(Decision.Verdict.PERMIT, Decision.Verdict.NEEDS_APPROVAL)) {
            var exchange = judged(verdict);
            assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.NEXT);
            assertThat(exchange.decision).isNotNull();
        }
    }

    @Test
    void refusesWithoutNamingAPolicy() {
        var exchange = judged(Decision.Verdict.DENY);
        assertThat(filter.onRequest(exchange)).isInstanceOfSatisfying(Verdict.Deny.class, deny -> {
            assertThat(deny.denial().code()).isEqualTo("forbidden");
            assertThat(deny.denial().status()).isEqualTo(403);
            assertThat(deny.denial().detail()).doesNotContain("no-secrets");
        });
        assertThat(exchange.decision).isNotNull();
    }

    @Test
    void allocatesNothingBesidesTheDecision() {
        var exchange = judged(Decision.Verdict.PERMIT);
        assertThat(Allocation.bytesPerRun(() -> filter.onRequest(exchange))).isZero();
    }
}
