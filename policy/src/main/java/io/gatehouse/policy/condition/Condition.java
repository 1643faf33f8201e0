package io.gatehouse.policy.condition;

import io.gatehouse.policy.AccessRequest;

/**
 * A CEL expression over {@code principal}, {@code action}, {@code resource} and {@code context}. Immutable, safe from any
 * thread; evaluating it never throws and never blocks.
 */
public final class Condition {
    private static final Truth.Failure NOT_BOOLEAN = new Truth.Failure("expected true or false as the result");
    private static final Truth.Failure BROKEN = new Truth.Failure("evaluation broke off");
    private static final Truth.Failure TOO_DEEP = new Truth.Failure("values are nested too deeply");

    private final String source;
    private final Node root;

    private Condition(String source, Node root) {
        this.source = source;
        this.root = root;
    }

    /** Checks and compiles {@code source}; {@code docs/policies.md} gives the language and its bounds. */
    public static Condition compile(String source) throws InvalidConditionException {
        return new Condition(source, new NodeCompiler(CelLanguage.check(source)).compile());
    }

    @SuppressWarnings("CatchingUnchecked") // attributes are foreign code: whatever they throw is a failed condition
    public Truth evaluate(AccessRequest request) {
        try {
            return switch (root.eval(request)) {
                case Boolean b -> b ? Truth.TRUE : Truth.FALSE;
                case Truth.Failure failure -> failure;
                default -> NOT_BOOLEAN;
            };
        } catch (StackOverflowError e) {
            return TOO_DEEP;
        } catch (RuntimeException e) {
            return BROKEN;
        }
    }

    public String source() {
        return source;
    }

    /** Whether all of it runs on own nodes, none on the planner. */
    public boolean compiled() {
        return !root.planned();
    }
}
