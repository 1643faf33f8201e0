package io.gatehouse.stores;

import io.gatehouse.stores.DatabaseException.Problem;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;

/** Brings a schema up to date, and refuses one that this program did not make or does not know. */
final class Migrations {
    private static final String TABLE = "CREATE TABLE IF NOT EXISTS schema_migrations "
            + "(version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

    private record Applied(int version, String name, String checksum) {}

    private Migrations() {}

    /** Within the caller's transaction: all of it, or nothing. */
    static void apply(Sql sql, List<Migration> migrations, InstantSource clock) throws SQLException {
        sql.update(TABLE);
        List<Applied> applied = sql.query(
                "SELECT version, name, checksum FROM schema_migrations ORDER BY version",
                row -> new Applied(row.getInt(1), row.getString(2), row.getString(3)));
        for (int i = 0; i < applied.size(); i++) {
            check(applied.get(i), i + 1, migrations);
        }
        for (Migration migration : migrations.subList(applied.size(), migrations.size())) {
            for (String statement : migration.statements()) {
                sql.update(statement);
            }
            sql.update(
                    "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
                    migration.version(),
                    migration.name(),
                    migration.checksum(),
                    clock.millis());
        }
    }

    private static void check(Applied step, int expected, List<Migration> migrations) {
        if (step.version() > migrations.size()) {
            throw new DatabaseException(
                    Problem.SCHEMA,
                    "the schema is at version `%d`, this program knows up to `%d`: a newer program has written it"
                            .formatted(step.version(), migrations.size()),
                    null);
        }
        if (step.version() != expected) {
            throw new DatabaseException(
                    Problem.SCHEMA, "migration `" + expected + "` is missing from the schema's history", null);
        }
        Migration known = migrations.get(step.version() - 1);
        if (!known.checksum().equals(step.checksum())) {
            throw new DatabaseException(
                    Problem.SCHEMA,
                    "migration `%d %s` is not the one that this program knows: expected checksum %s, got `%s`"
                            .formatted(step.version(), step.name(), known.checksum(), step.checksum()),
                    null);
        }
    }
}
