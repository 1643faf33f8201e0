package io.gatehouse.stores;

import io.gatehouse.stores.DatabaseException.Problem;
import java.sql.SQLException;
import org.sqlite.SQLiteException;

/** What SQLite's result codes (sqlite.org/rescode.html) mean to an operator. */
final class SqliteErrors {
    private static final int PRIMARY = 0xff;
    private static final int IOERR_FSYNC = 1034;
    private static final int IOERR_DIR_FSYNC = 1290;

    private SqliteErrors() {}

    static DatabaseException of(String database, SQLException cause) {
        Problem problem = problem(code(cause));
        String what = switch (problem) {
            case FULL -> "there is no room left";
            case LOCKED -> "another process holds it";
            case READ_ONLY -> "it is read-only";
            case CORRUPT -> "it is damaged or not a database";
            case CONSTRAINT -> "a constraint refused the change";
            case NOT_SYNCED -> "storage did not confirm a write";
            case SCHEMA, OVERLOADED, CLOSED, FAILED -> "it failed";
        };
        return new DatabaseException(problem, "database `" + database + "`: " + what, cause);
    }

    private static int code(SQLException cause) {
        return cause instanceof SQLiteException sqlite ? sqlite.getResultCode().code : cause.getErrorCode();
    }

    private static Problem problem(int code) {
        if (code == IOERR_FSYNC || code == IOERR_DIR_FSYNC) {
            return Problem.NOT_SYNCED;
        }
        return switch (code & PRIMARY) {
            case 5, 6 -> Problem.LOCKED;
            case 8 -> Problem.READ_ONLY;
            case 11, 26 -> Problem.CORRUPT;
            case 13 -> Problem.FULL;
            case 19 -> Problem.CONSTRAINT;
            default -> Problem.FAILED;
        };
    }
}
