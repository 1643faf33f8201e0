package io.gatehouse.stores;

import io.gatehouse.approvals.ApprovalDraft;
import io.gatehouse.approvals.ApprovalStep;
import io.gatehouse.policy.ApprovalLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parts of an approval that no statement looks into, as JSON text. The names are those of the records' components, so
 * renaming one needs a migration; a stored text that does not fit is an error, never a guess.
 */
final class ApprovalJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    private ApprovalJson() {}

    static String draft(ApprovalDraft draft) {
        return JSON.writeValueAsString(draft);
    }

    static ApprovalDraft draft(String json) {
        return JSON.readValue(json, ApprovalDraft.class);
    }

    static String levels(List<ApprovalLevel> levels) {
        return JSON.writeValueAsString(levels);
    }

    static List<ApprovalLevel> levels(String json) {
        return List.of(JSON.readValue(json, ApprovalLevel[].class));
    }

    /** {@code null} for none, so that an index finds the others. */
    static @Nullable String steps(List<ApprovalStep> steps) {
        return steps.isEmpty() ? null : JSON.writeValueAsString(steps);
    }

    static List<ApprovalStep> steps(@Nullable String json) {
        return json == null ? List.of() : List.of(JSON.readValue(json, ApprovalStep[].class));
    }
}
