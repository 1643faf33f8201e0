package io.gatehouse.filters.approve;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalService;
import io.gatehouse.approvals.ApprovalSettings;
import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.approvals.Approvals;
import io.gatehouse.filters.TestAuditLog;
import io.gatehouse.filters.TestServices;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import io.gatehouse.stores.MemoryApprovalStore;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Real approvals in memory, an agent that asks and an approver who decides. */
abstract class ApproveFixture {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final Principal AGENT = principal("agent", Set.of());
    static final Principal APPROVER = principal("ann", Set.of("approver"));
    private static final ApprovalLevel LEVEL = new ApprovalLevel(Set.of("approver"), Set.of(), 1, Duration.ofHours(1));

    final TestAuditLog log = new TestAuditLog();
    final ApprovalService approvals = new ApprovalService(
            new MemoryApprovalStore(), log, InstantSource.system(), new ApprovalSettings("test", List.of(LEVEL)));
    final TestServices services = new TestServices().with(Approvals.class, approvals);

    @BeforeEach
    void start() {
        approvals.start();
    }

    @AfterEach
    void stop() {
        approvals.close();
    }

    static Principal principal(String id, Set<String> roles) {
        return new Principal(Principal.DEFAULT_TENANT, "client", id, roles, Attributes.NONE);
    }

    static TestExchange risky(String body) {
        var exchange = TestExchange.of(HttpMethod.POST, "/transfers?to=bob&token=hidden-value")
                .body(body);
        exchange.principal = AGENT;
        exchange.decision = new Decision(
                Decision.Verdict.NEEDS_APPROVAL,
                List.of(new Decision.PolicyReference("p", "00")),
                "v1",
                List.of(),
                List.of(),
                List.of(new ApprovalDemand("p", "money moves", List.of())));
        return exchange;
    }

    Filter filter(Duration hold) {
        return new ApproveFactory().create(new ApproveConfig(null, hold, List.of(), false), services);
    }

    static Verdict.Settled settled(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Later later -> Objects.requireNonNull(later.decision().block(PATIENCE));
            case Verdict.Settled now -> now;
        };
    }

    static String code(Verdict.Settled verdict) {
        return verdict instanceof Verdict.Deny deny ? deny.denial().code() : verdict.toString();
    }

    /** The id that a waiting answer names. */
    static String waiting(Verdict.Settled verdict) {
        if (verdict instanceof Verdict.Answer answer && answer.response().status() == 202) {
            return new String(answer.response().bytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        throw new AssertionError("expected a waiting answer, got " + verdict);
    }

    Approval shown(String id) {
        return approvals.show(Principal.DEFAULT_TENANT, id).orElseThrow();
    }

    ApprovalState state(String id) {
        return shown(id).state();
    }

    void vote(String id, boolean approve) {
        approvals.vote(id, APPROVER, approve, "seen", shown(id).decisionDigest());
    }

    List<Approval> all() {
        return approvals.list(Principal.DEFAULT_TENANT, null, null, 100).items();
    }
}
