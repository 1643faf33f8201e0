package io.gatehouse.stores;

import io.gatehouse.stores.DatabaseException.Problem;
import io.gatehouse.stores.SqliteDatabase.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. What waits is run as one transaction, each piece behind a savepoint of its own, so that the
 * group shares one fsync and a piece that fails takes no other with it. A group that fails as a whole is rolled back and its
 * pieces run one by one. Once storage has not confirmed a write, nothing is written any more.
 */
final class SqliteWriter implements AutoCloseable {
    private static final int QUEUE = 10_000;
    private static final int GROUP = 256;

    private final String name;
    private final Connection connection;
    private final Sql sql;
    private final BlockingQueue<Write<?>> queue = new ArrayBlockingQueue<>(QUEUE + 1);
    private final Write<?> stop = new Write<>(_ -> "");
    private final Thread thread;
    private boolean closed;
    private @Nullable DatabaseException failure;

    SqliteWriter(String name, Connection connection) {
        this.name = name;
        this.connection = connection;
        this.sql = new Sql(connection);
        this.thread = Thread.ofPlatform().daemon().name("sqlite-writer").start(this::run);
    }

    /** One piece of work, and what became of it in the transaction at hand. */
    private static final class Write<T> {
        private final Work<T> work;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private @Nullable T result;
        private @Nullable Throwable error;

        Write(Work<T> work) {
            this.work = work;
        }

        boolean run(Sql sql) {
            error = null;
            try {
                result = work.run(sql);
                return true;
            } catch (SQLException | RuntimeException | Error e) {
                error = e; // whatever it is, this thread lives on for the others
                return false;
            }
        }
    }

    /** Returns once the transaction is on stable storage; not cut short by an interrupt, since nobody could tell the outcome. */
    <T> T write(Work<T> work) {
        var write = new Write<>(work);
        enqueue(write);
        try {
            return write.done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof DatabaseException database) {
                throw new DatabaseException(database.problem(), String.valueOf(database.getMessage()), database);
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private synchronized void enqueue(Write<?> write) {
        if (closed) {
            throw new DatabaseException(Problem.CLOSED, "database `" + name + "`: it is closed", null);
        }
        if (queue.size() >= QUEUE || !queue.offer(write)) {
            throw new DatabaseException(Problem.OVERLOADED, "database `" + name + "`: too many writes wait", null);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            queue.add(stop);
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var group = new ArrayList<Write<?>>();
        boolean running = true;
        while (running) {
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                continue; // only close ends this thread
            }
            queue.drainTo(group, GROUP - 1);
            running = !group.remove(stop);
            commit(group);
            group.clear();
        }
        SqliteDatabase.closeQuietly(connection);
    }

    private void commit(List<Write<?>> group) {
        if (group.size() < 2 || !commitTogether(group)) {
            group.forEach(this::commitAlone);
        }
    }

    /** False where the group as a whole failed, and nothing of it was committed. */
    private boolean commitTogether(List<Write<?>> group) {
        if (failure != null) {
            return false;
        }
        try {
            execute("BEGIN IMMEDIATE");
            for (Write<?> write : group) {
                execute("SAVEPOINT piece");
                if (!write.run(sql)) {
                    execute("ROLLBACK TO piece");
                }
                execute("RELEASE piece");
            }
            execute("COMMIT");
        } catch (SQLException e) {
            rollback(SqliteErrors.of(name, e));
            return false;
        }
        group.forEach(this::answer);
        return true;
    }

    private void commitAlone(Write<?> write) {
        if (failure != null) {
            write.done.completeExceptionally(failure);
            return;
        }
        try {
            execute("BEGIN IMMEDIATE");
            if (write.run(sql)) {
                execute("COMMIT");
            } else {
                rollback(null);
            }
            answer(write);
        } catch (SQLException e) {
            DatabaseException reason = SqliteErrors.of(name, e);
            rollback(reason);
            write.done.completeExceptionally(reason);
        }
    }

    private <T> void answer(Write<T> write) {
        switch (write.error) {
            case null -> write.done.complete(write.result);
            case SQLException e -> {
                DatabaseException reason = SqliteErrors.of(name, e);
                note(reason);
                write.done.completeExceptionally(reason);
            }
            case Throwable e -> write.done.completeExceptionally(e);
        }
    }

    /** SQLite has already rolled back by itself after some errors; then there is nothing left to do. */
    private void rollback(@Nullable DatabaseException reason) {
        if (reason != null) {
            note(reason);
        }
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // no transaction is open
        }
    }

    private void note(DatabaseException reason) {
        if (reason.problem() == Problem.CORRUPT || reason.problem() == Problem.NOT_SYNCED) {
            failure = reason;
        }
    }

    private void execute(String statement) throws SQLException {
        SqliteDatabase.execute(connection, statement);
    }
}
