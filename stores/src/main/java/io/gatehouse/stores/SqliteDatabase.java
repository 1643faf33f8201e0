package io.gatehouse.stores;

import io.gatehouse.stores.DatabaseException.Problem;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/**
 * An SQLite database in a file of this process alone: one thread writes, in groups that share one fsync; several connections
 * read beside it (write-ahead log). Every method blocks.
 */
public final class SqliteDatabase implements AutoCloseable {
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 5_000;

    private final String name;
    private final DatabaseFile file;
    private final SqliteWriter writer;
    private final ConcurrentLinkedQueue<Connection> readers = new ConcurrentLinkedQueue<>();
    private final Semaphore reading = new Semaphore(READERS);

    private SqliteDatabase(String name, DatabaseFile file, Connection writing, List<Connection> readers) {
        this.name = name;
        this.file = file;
        this.writer = new SqliteWriter(name, writing);
        this.readers.addAll(readers);
    }

    /**
     * Opens the database, makes it if it is missing, checks it, and brings its schema up to date.
     *
     * @throws DatabaseException where another process holds it, it is damaged, or a newer program has written it
     */
    public static SqliteDatabase open(Path file) {
        return open(file, Migration.ALL);
    }

    static SqliteDatabase open(Path file, List<Migration> migrations) {
        DatabaseFile held = DatabaseFile.open(file);
        var connections = new ArrayList<Connection>();
        try {
            Connection writing = connect(held, connections);
            prepare(writing, migrations);
            for (int i = 0; i < READERS; i++) {
                execute(connect(held, connections), "PRAGMA query_only = ON");
            }
            return new SqliteDatabase(file.toString(), held, writing, connections.subList(1, connections.size()));
        } catch (SQLException | DatabaseException e) {
            connections.forEach(SqliteDatabase::closeQuietly);
            held.close();
            throw e instanceof SQLException sql ? SqliteErrors.of(file.toString(), sql) : named(file, e);
        }
    }

    /** Work on a connection; no transaction of its own. */
    @FunctionalInterface
    interface Work<T> {
        T run(Sql sql) throws SQLException;
    }

    /** Runs {@code work} on one consistent state of the database. */
    <T> T read(Work<T> work) {
        reading.acquireUninterruptibly();
        Connection connection = readers.poll();
        try {
            if (connection == null) {
                throw new DatabaseException(Problem.CLOSED, "database `" + name + "`: it is closed", null);
            }
            execute(connection, "BEGIN");
            try {
                return work.run(new Sql(connection));
            } finally {
                execute(connection, "ROLLBACK");
            }
        } catch (SQLException e) {
            throw SqliteErrors.of(name, e);
        } finally {
            if (connection != null) {
                readers.add(connection);
            }
            reading.release();
        }
    }

    /** Asks the database for the least that it can answer. Blocks for as long as that takes. */
    public void probe() {
        var _ = read(sql -> sql.first("SELECT 1", row -> row.getInt(1)));
    }

    /** Runs {@code work} in a transaction; returns once it is on stable storage. It may be run again if its group fails. */
    <T> T write(Work<T> work) {
        return writer.write(work);
    }

    /** Waits for what was begun. */
    @Override
    public void close() {
        writer.close();
        reading.acquireUninterruptibly(READERS);
        for (Connection reader = readers.poll(); reader != null; reader = readers.poll()) {
            closeQuietly(reader);
        }
        reading.release(READERS);
        file.close();
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // nothing is lost: whatever was answered is committed and synced
        }
    }

    private static Connection connect(DatabaseFile file, List<Connection> opened) throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = JDBC.createConnection(file.url(), config.toProperties());
        opened.add(connection);
        return connection;
    }

    private static void prepare(Connection connection, List<Migration> migrations) throws SQLException {
        var sql = new Sql(connection);
        String verdict =
                sql.first("PRAGMA quick_check(1)", row -> row.getString(1)).orElse("no answer");
        if (!verdict.equals("ok")) {
            throw new DatabaseException(Problem.CORRUPT, "it is damaged: " + verdict, null);
        }
        execute(connection, "BEGIN IMMEDIATE");
        try {
            Migrations.apply(sql, migrations, InstantSource.system());
            execute(connection, "COMMIT");
        } catch (SQLException | DatabaseException e) {
            try {
                execute(connection, "ROLLBACK");
            } catch (SQLException rollback) {
                e.addSuppressed(rollback);
            }
            throw e;
        }
    }

    private static DatabaseException named(Path file, Exception e) {
        Problem problem = e instanceof DatabaseException known ? known.problem() : Problem.FAILED;
        return new DatabaseException(problem, "database `" + file + "`: " + e.getMessage(), e);
    }
}
