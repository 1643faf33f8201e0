package io.gatehouse.approvals;

import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.ApprovalLevel;
import java.util.ArrayList;
import java.util.List;

/** The levels of an approval: how demands become levels, and how far they are satisfied. */
final class Levels {
    static final int MAX = 10;

    private Levels() {}

    /**
     * Every demand is satisfied by the result: the demands' levels one after the other, where a level that an earlier demand
     * already brought in serves both. A level that one demand names twice stays twice.
     */
    static List<ApprovalLevel> merge(List<ApprovalDemand> demands, List<ApprovalLevel> defaults) {
        var merged = new ArrayList<ApprovalLevel>();
        for (ApprovalDemand demand : demands) {
            var shared = new ArrayList<>(merged);
            for (ApprovalLevel level : demand.levels().isEmpty() ? defaults : demand.levels()) {
                if (!shared.remove(level)) {
                    merged.add(level);
                }
            }
        }
        if (merged.size() > MAX) {
            throw new ApprovalException(
                    "too_many_levels", "expected at most " + MAX + " levels, got `" + merged.size() + "`");
        }
        return List.copyOf(merged);
    }

    /** Whether whoever satisfied {@code satisfied} has satisfied each of {@code demanded} too. */
    static boolean cover(List<ApprovalLevel> satisfied, List<ApprovalLevel> demanded) {
        var rest = new ArrayList<>(satisfied);
        return demanded.stream().allMatch(rest::remove);
    }

    /** Index of the level that waits for votes; the number of levels where none does. */
    static int current(List<ApprovalLevel> levels, List<Approval.Vote> votes) {
        int index = 0;
        while (index < levels.size()
                && approvals(votes, index) >= levels.get(index).quorum()) {
            index++;
        }
        return index;
    }

    static long approvals(List<Approval.Vote> votes, int level) {
        return votes.stream()
                .filter(vote -> vote.level() == level && vote.approve())
                .count();
    }
}
