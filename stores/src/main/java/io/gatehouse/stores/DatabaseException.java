package io.gatehouse.stores;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The database cannot do what was asked. The message is for the operator: what is wrong, with which database. */
public final class DatabaseException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Problem problem;

    DatabaseException(Problem problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    /** What is wrong. After {@link #CORRUPT} and {@link #NOT_SYNCED} no more is written until the database is opened anew. */
    public enum Problem {
        /** Disk or quota; writes work again once there is room. */
        FULL,
        /** Another process holds it. */
        LOCKED,
        READ_ONLY,
        CORRUPT,
        /** A newer program has written it, or a migration that it went through has changed since. */
        SCHEMA,
        /** A constraint of the schema refused a change. */
        CONSTRAINT,
        /** More writes wait than may. */
        OVERLOADED,
        CLOSED,
        /** Storage did not confirm a write, and would not tell the truth if it were asked again. */
        NOT_SYNCED,
        FAILED
    }
}
