package io.gatehouse.policy;

import io.gatehouse.policy.condition.Condition;
import io.gatehouse.policy.condition.InvalidConditionException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks documents and compiles them; collects everything that is wrong before it gives up. */
final class PolicyCompiler {
    static final int MAX_POLICIES = 100_000;
    private static final int MAX_PATTERNS = 256;
    private static final int MAX_TEXT = 1_024;
    private static final int MAX_LEVELS = 10;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final List<InvalidPoliciesException.Problem> problems = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private int index;
    private String id = "";

    List<CompiledPolicy> compile(List<PolicyDocument> documents) {
        if (documents.size() > MAX_POLICIES) {
            problem("policies", "expected at most " + MAX_POLICIES + ", got " + documents.size());
            throw new InvalidPoliciesException(problems);
        }
        var policies = new ArrayList<CompiledPolicy>(documents.size());
        for (var document : documents) {
            policies.add(compile(document));
            index++;
        }
        if (!problems.isEmpty()) {
            throw new InvalidPoliciesException(problems);
        }
        return policies;
    }

    private CompiledPolicy compile(PolicyDocument document) {
        id = document.id();
        if (!ID.matcher(id).matches()) {
            problem("id", "expected letters, digits and `._-`, at most 128 characters");
        } else if (!ids.add(id)) {
            problem("id", "expected an id of its own, another policy has it");
        }
        text("description", document.description());
        text("reason", document.reason());
        return new CompiledPolicy(
                document,
                target(document.target() == null ? PolicyTarget.ANY : document.target()),
                new CompiledPolicy.Conditions(
                        condition("when", document.when()), condition("unless", document.unless())),
                levels(document));
    }

    private void text(String field, @Nullable String text) {
        if (text != null && text.length() > MAX_TEXT) {
            problem(field, "expected at most " + MAX_TEXT + " characters, got " + text.length());
        }
    }

    private CompiledTarget target(PolicyTarget target) {
        Map<TargetPart, List<TargetPattern>> compiled = new EnumMap<>(TargetPart.class);
        for (var part : TargetPart.values()) {
            compiled.put(part, patterns(part, part.sources(target)));
        }
        return new CompiledTarget(compiled);
    }

    private List<TargetPattern> patterns(TargetPart part, List<String> sources) {
        var field = "target." + part.key();
        if (sources.size() > MAX_PATTERNS) {
            problem(field, "expected at most " + MAX_PATTERNS + ", got " + sources.size());
            return List.of();
        }
        var patterns = new ArrayList<TargetPattern>();
        for (int i = 0; i < sources.size(); i++) {
            try {
                patterns.add(part.parse(sources.get(i)));
            } catch (IllegalArgumentException e) {
                problem(field + "[" + i + "]", message(e));
            }
        }
        return patterns;
    }

    private @Nullable Condition condition(String field, @Nullable String source) {
        if (source == null) {
            return null;
        }
        try {
            return Condition.compile(source);
        } catch (InvalidConditionException e) {
            e.problems().forEach(text -> problem(field, text));
            return null;
        }
    }

    private List<ApprovalLevel> levels(PolicyDocument document) {
        if (document.approval() == null) {
            return List.of();
        }
        if (document.effect() != Effect.REQUIRE_APPROVAL) {
            problem("approval", "expected only with the effect `require-approval`");
        }
        var written = document.approval().levels();
        if (written.size() > MAX_LEVELS) {
            problem("approval.levels", "expected at most " + MAX_LEVELS + ", got " + written.size());
        }
        var levels = new ArrayList<ApprovalLevel>();
        for (int i = 0; i < written.size(); i++) {
            try {
                levels.add(level(written.get(i)));
            } catch (IllegalArgumentException e) {
                problem("approval.levels[" + i + "]", message(e));
            }
        }
        return levels;
    }

    private static ApprovalLevel level(PolicyApproval.Level level) {
        var roles = new HashSet<>(level.approvers().roles());
        if (level.approvers().role() != null) {
            roles.add(level.approvers().role());
        }
        return new ApprovalLevel(
                roles,
                Set.copyOf(level.approvers().names()),
                Objects.requireNonNull(level.quorum()),
                Objects.requireNonNull(level.within()));
    }

    private static String message(IllegalArgumentException e) {
        return Objects.requireNonNullElse(e.getMessage(), "not understood");
    }

    private void problem(String field, String message) {
        problems.add(new InvalidPoliciesException.Problem(index, id, field, message));
    }
}
