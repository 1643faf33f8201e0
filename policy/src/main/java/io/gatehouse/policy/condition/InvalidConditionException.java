package io.gatehouse.policy.condition;

import java.util.List;

/** A condition that cannot be used. */
public final class InvalidConditionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    InvalidConditionException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, each with {@code LINE:COLUMN} in the condition where that is known. */
    public List<String> problems() {
        return problems;
    }
}
