package io.gatehouse.stores;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Statements on one connection, in the dialect common to SQLite and PostgreSQL: {@code $n} stands for the n-th argument.
 * Arguments are {@code String}, {@code Long}, {@code Integer} or {@code null}.
 */
final class Sql {
    private static final ConcurrentHashMap<String, String> REWRITTEN = new ConcurrentHashMap<>();

    private final Connection connection;

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** Reads the row that the cursor stands on. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Answers how many rows were changed. */
    int update(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            var read = new ArrayList<T>();
            while (rows.next()) {
                read.add(reader.read(rows));
            }
            return read;
        }
    }

    <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... arguments) throws SQLException {
        return query(sql, reader, arguments).stream().findFirst();
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        // SQLite reads $1 as a name, numbered by first appearance; ?1 is numbered as written
        String rewritten = REWRITTEN.computeIfAbsent(sql, text -> text.replace('$', '?'));
        PreparedStatement statement = connection.prepareStatement(rewritten);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
