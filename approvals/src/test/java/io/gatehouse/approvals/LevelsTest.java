package io.gatehouse.approvals;

import static io.gatehouse.approvals.Samples.ONE_OF;
import static io.gatehouse.approvals.Samples.TWO_OF;
import static io.gatehouse.approvals.Samples.level;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.ApprovalLevel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LevelsTest {
    private static final ApprovalLevel OWNER = level("owner", 1);

    @Test
    void demandWithoutLevelsTakesTheDefaults() {
        assertThat(merge(demand())).containsExactly(ONE_OF);
    }

    @Test
    void levelsOfSeveralDemandsFollowOneAnother() {
        assertThat(merge(demand(TWO_OF), demand(OWNER), demand())).containsExactly(TWO_OF, OWNER, ONE_OF);
    }

    @Test
    void identicalLevelsOfTwoDemandsMerge() {
        assertThat(merge(demand(TWO_OF, OWNER), demand(OWNER))).containsExactly(TWO_OF, OWNER);
    }

    @Test
    void levelThatOneDemandNamesTwiceStaysTwice() {
        assertThat(merge(demand(OWNER), demand(OWNER, OWNER))).containsExactly(OWNER, OWNER);
    }

    @Test
    void refusesMoreLevelsThanItRuns() {
        var eleven =
                IntStream.rangeClosed(1, 11).mapToObj(i -> level("role" + i, 1)).toArray(ApprovalLevel[]::new);

        assertThatThrownBy(() -> merge(demand(eleven)))
                .isInstanceOfSatisfying(
                        ApprovalException.class, e -> assertThat(e.code()).isEqualTo("too_many_levels"))
                .hasMessage("expected at most 10 levels, got `11`");
    }

    @Test
    void satisfiedLevelsCoverOnlyWhatTheyHold() {
        assertThat(Levels.cover(List.of(ONE_OF, OWNER), List.of(OWNER))).isTrue();
        assertThat(Levels.cover(List.of(ONE_OF, OWNER), List.of(OWNER, ONE_OF))).isTrue();
        assertThat(Levels.cover(List.of(ONE_OF), List.of(TWO_OF))).isFalse();
        assertThat(Levels.cover(List.of(ONE_OF), List.of(ONE_OF, ONE_OF))).isFalse();
    }

    private static List<ApprovalLevel> merge(ApprovalDemand... demands) {
        return Levels.merge(List.of(demands), List.of(ONE_OF));
    }

    private static ApprovalDemand demand(ApprovalLevel... levels) {
        return new ApprovalDemand("policy", "reason", List.of(levels));
    }
}
