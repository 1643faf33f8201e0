package io.gatehouse.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    @Test
    void saysForEachPolicyWhyItDidOrDidNotApply() {
        var set = PolicySet.compile(List.of(
                Documents.policy("reads", Effect.PERMIT, Documents.actions("http:GET"), null),
                Documents.policy("writes", Effect.PERMIT, Documents.actions("http:POST"), null),
                Documents.permit("risky", "action.risk > 50"),
                new PolicyDocument("quiet", null, Effect.FORBID, null, null, "action.risk == 10", null, null),
                new PolicyDocument(
                        "look", null, Effect.REQUIRE_APPROVAL, null, null, null, "someone should look", null),
                Documents.permit("odd", "context.missing == 1")));

        var explanation = set.explain(Requests.get());

        assertThat(explanation.decision()).isEqualTo(set.decide(Requests.get()));
        assertThat(explanation.text()).isEqualTo("""
                        verdict: needs-approval
                          policy `look` requires an approval: someone should look
                          policy `reads` permits this
                        candidates: 5
                          look (require-approval): applies
                          odd (permit): could not be evaluated: no attribute `context.missing` (1:8)
                          quiet (forbid): does not apply, unless is true
                          reads (permit): applies
                          risky (permit): does not apply, when is false
                        not about this request: 1
                          writes (permit): no match in actions
                        policy version: %s
                        """.formatted(set.version()));
    }

    @Test
    void listsOnlySomeOfManyOthers() {
        var others = IntStream.range(0, 50)
                .mapToObj(i -> Documents.policy("p" + i, Effect.PERMIT, Documents.roles("r" + i), null));
        var text = PolicySet.compile(Stream.concat(others, Stream.of(Documents.permit("z", null)))
                        .toList())
                .explain(Requests.get())
                .text();

        assertThat(text).contains("not about this request: 50").contains("... and 30 more");
    }
}
