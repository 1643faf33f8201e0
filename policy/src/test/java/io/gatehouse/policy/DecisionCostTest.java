package io.gatehouse.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a decision costs: no bytes where the same policies matched before. Times are printed, not judged. */
class DecisionCostTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 300_000;
    private static final int ROUNDS = 10;
    private static final int DECISIONS = 50_000;

    private static final AccessRequest REQUEST = new Requests.Asked(
            new Principal(
                    "default", "client", "assistant", Set.of("agent", "reader"), Attributes.of(Map.of("level", 3L))),
            new Action(
                    "mcp",
                    "refund",
                    Attributes.of(Map.of("risk", 65L, "arguments", Map.of("amount", 250.5, "currency", "EUR")))),
            new Resource("engine", "tools", Attributes.NONE),
            Attributes.of(Map.of("host", "api.example.com", "address", "10.20.3.4")),
            "tools");

    /** Five candidates, three of them with a condition, among others that are about something else. */
    private static PolicySet policies(int count) {
        var policies = new ArrayList<>(List.of(
                Documents.policy(
                        "c1",
                        Effect.PERMIT,
                        Documents.actions("mcp:refund"),
                        "action.arguments.currency in ['EUR', 'USD'] && principal.level >= 3"),
                Documents.policy(
                        "c2",
                        Effect.FORBID,
                        Documents.actions("mcp:refund"),
                        "action.risk >= 70 || action.arguments.amount > 10000"),
                Documents.policy(
                        "c3",
                        Effect.REQUIRE_APPROVAL,
                        Documents.roles("agent"),
                        "!context.address.startsWith('10.') && has(action.arguments.amount)"),
                Documents.policy("c4", Effect.PERMIT, Documents.resources("engine:tools"), null),
                Documents.policy("c5", Effect.PERMIT, Documents.actions("*:ref*"), null)));
        for (int i = policies.size(); i < count; i++) {
            var target = switch (i % 4) {
                case 0 -> Documents.actions("mcp:tool_" + i);
                case 1 -> Documents.resources("/api/v1/things-" + i + "/**");
                case 2 -> Documents.roles("role-" + i);
                default ->
                    new PolicyTarget(
                            List.of(),
                            List.of("client:app-" + i),
                            List.of("agent"),
                            List.of("mcp:*"),
                            List.of(),
                            List.of());
            };
            policies.add(Documents.policy("other-" + i, Effect.PERMIT, target, "action.risk < 50"));
        }
        return PolicySet.compile(policies);
    }

    @Test
    void decidesWithoutAllocating() {
        for (int count : new int[] {100, 10_000}) {
            var policies = policies(count);
            var decision = policies.decide(REQUEST);
            assertThat(decision.verdict()).isEqualTo(Decision.Verdict.PERMIT);
            assertThat(decision.determining())
                    .extracting(Decision.PolicyReference::id)
                    .containsExactly("c1", "c4", "c5");
            run(policies, WARM_UP);
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long nanos = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long start = THREADS.getCurrentThreadCpuTime();
                assertThat(run(policies, DECISIONS)).isSameAs(decision);
                nanos = Math.min(nanos, THREADS.getCurrentThreadCpuTime() - start);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - bytes;

            System.out.printf(
                    "decide, 5 candidates, 3 conditions, %d policies: %d ns CPU (best of %d), %.3f B%n",
                    count, nanos / DECISIONS, ROUNDS, allocated / (double) (ROUNDS * DECISIONS));
            assertThat(allocated / (ROUNDS * DECISIONS))
                    .as("bytes a decision at %d policies", count)
                    .isZero();
        }
    }

    private static Decision run(PolicySet policies, int rounds) {
        var decision = policies.decide(REQUEST);
        for (int i = 1; i < rounds; i++) {
            decision = policies.decide(REQUEST);
        }
        return decision;
    }
}
