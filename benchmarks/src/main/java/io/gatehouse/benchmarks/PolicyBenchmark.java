package io.gatehouse.benchmarks;

import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.Effect;
import io.gatehouse.policy.PolicyDocument;
import io.gatehouse.policy.PolicySet;
import io.gatehouse.policy.PolicyTarget;
import io.gatehouse.policy.Principal;
import io.gatehouse.policy.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One decision among many policies: five candidates, three conditions evaluated, the rest about something else. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyBenchmark {
    private static final Question QUESTION = new Question(
            new Principal(Principal.DEFAULT_TENANT, "client", "bench", Set.of("agent"), Attributes.NONE),
            new Action("mcp", "read_order", name -> name.equals("risk") ? 20L : null),
            new Resource("engine", "crm", Attributes.NONE));

    @Param({"100", "10000"})
    public int policies;

    private PolicySet set = PolicySet.compile(List.of());

    /** Compiles the set. */
    @Setup
    public void compile() {
        set = policies(policies);
    }

    /** As many policies, five of which are candidates for the question. */
    static PolicySet policies(int count) {
        var documents = new ArrayList<PolicyDocument>();
        documents.add(about("read", Effect.PERMIT, target("client:bench", "read_*", "engine:crm"), "action.risk < 70"));
        documents.add(about("any", Effect.PERMIT, target("client:bench", "*", "engine:crm"), null));
        documents.add(about("gone", Effect.FORBID, target("client:*", "read_order", "engine:crm"), "action.risk > 90"));
        documents.add(about(
                "risky",
                Effect.REQUIRE_APPROVAL,
                target("client:bench", "*", "engine:crm"),
                "action.risk >= 70 || context.method in ['DELETE', 'PATCH']"));
        documents.add(about("late", Effect.PERMIT, target("client:bench", "read_order", "*"), null));
        var effects = List.of(Effect.values());
        for (int i = documents.size(); i < count; i++) {
            var effect = effects.get(i % effects.size());
            documents.add(about("other-" + i, effect, target("client:team-" + i, "run-" + i, "engine:e" + i), null));
        }
        return PolicySet.compile(documents);
    }

    @Benchmark
    public Decision decide() {
        return set.decide(QUESTION);
    }

    private static PolicyDocument about(String id, Effect effect, PolicyTarget target, @Nullable String when) {
        return new PolicyDocument(id, null, effect, target, when, null, null, null);
    }

    private static PolicyTarget target(String principal, String action, String resource) {
        return new PolicyTarget(
                List.of(), List.of(principal), List.of(), List.of(action), List.of(resource), List.of());
    }

    private record Question(Principal principal, Action action, Resource resource) implements AccessRequest {
        private static final Attributes CONTEXT = name -> name.equals("method") ? "GET" : null;

        @Override
        public Attributes context() {
            return CONTEXT;
        }

        @Override
        public String routeName() {
            return "bench";
        }
    }
}
