package io.gatehouse.policy;

import java.util.List;
import java.util.stream.Collectors;

/** Policies that cannot be used, with everything that is wrong about them. */
public final class InvalidPoliciesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    InvalidPoliciesException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    /**
     * One thing that is wrong.
     *
     * @param index of the policy in the list that was given, from 0
     * @param policy its id, whatever that is
     * @param field such as {@code target.actions[2]}, {@code when}
     * @param message what was expected and what was found; within a condition it begins with {@code LINE:COLUMN}
     */
    public record Problem(int index, String policy, String field, String message) {
        @Override
        public String toString() {
            return "policy `" + policy + "`: " + field + ": " + message;
        }
    }
}
