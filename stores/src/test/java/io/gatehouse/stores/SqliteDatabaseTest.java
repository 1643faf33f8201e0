package io.gatehouse.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.stores.DatabaseException.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest {
    private static final Migration NOTES =
            new Migration(1, "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);\n");
    private static final Migration TAGS = new Migration(
            2, "tags", "CREATE TABLE tags (id INTEGER PRIMARY KEY);\n\nCREATE INDEX tags_by_id ON tags (id);\n");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("deep").resolve("gatehouse.db");
    }

    @Test
    void isForItsOwnerAlone() throws Exception {
        try (var database = SqliteDatabase.open(file)) {
            assertThat(count(database, "approvals")).isZero();
            try (var files = Files.list(file.resolveSibling("."))) {
                assertThat(files.map(SqliteDatabaseTest::mode)).isNotEmpty().allMatch("rw-------"::equals);
            }
        }
    }

    @Test
    void tightensAFileThatOthersCouldRead() throws Exception {
        SqliteDatabase.open(file).close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        SqliteDatabase.open(file).close();

        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void syncsEveryCommitAndChecksForeignKeys() {
        try (var database = open(NOTES)) {
            assertThat(pragma(database, "synchronous")).isEqualTo("2");
            assertThat(pragma(database, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(database, "foreign_keys")).isEqualTo("1");
        }
    }

    @Test
    void keepsWhatWasWrittenAndAppliesEachMigrationOnce() {
        try (var database = open(NOTES)) {
            insert(database, 1, "first");
        }
        try (var database = open(NOTES, TAGS)) {
            assertThat(count(database, "notes")).isEqualTo(1);
            assertThat(count(database, "tags")).isZero();
            assertThat(count(database, "schema_migrations")).isEqualTo(2);
        }
    }

    @Test
    void refusesASchemaOfANewerProgram() {
        open(NOTES, TAGS).close();

        assertProblem(Problem.SCHEMA, "a newer program has written it", () -> open(NOTES));
    }

    @Test
    void refusesAMigrationThatWasChanged() {
        open(NOTES).close();
        var edited = new Migration(1, "notes", NOTES.sql() + "-- edited\n");

        assertProblem(Problem.SCHEMA, "is not the one that this program knows", () -> open(edited));
    }

    @Test
    void leavesTheSchemaAsItWasWhereAMigrationFails() {
        open(NOTES).close();
        var broken = new Migration(2, "broken", "CREATE TABLE more (id INTEGER);\nCREATE NONSENSE;\n");

        assertProblem(Problem.FAILED, "it failed", () -> open(NOTES, broken));

        open(NOTES, TAGS).close();
    }

    @Test
    void argumentsAreNumberedNotCounted() {
        try (var database = open(NOTES)) {
            String text = database.read(sql -> sql.first("SELECT $2 || $1 || $2", row -> row.getString(1), "b", "a")
                    .orElse(""));
            assertThat(text).isEqualTo("aba");
        }
    }

    @Test
    void aPieceThatFailsTakesNoOtherOfItsGroupWithIt() throws Exception {
        try (var database = open(NOTES);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var held = new CountDownLatch(1);
            Future<Boolean> blocking = threads.submit(() -> database.write(sql -> awaitQuietly(held)));
            List<Future<Integer>> group = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int id = i / 2;
                group.add(threads.submit(() -> insert(database, id, "note")));
            }
            held.countDown();
            assertThat(blocking.get()).isTrue();

            int failed = 0;
            for (Future<Integer> write : group) {
                failed += succeeds(write) ? 0 : 1;
            }
            assertThat(failed).isEqualTo(20);
            assertThat(count(database, "notes")).isEqualTo(20);
        }
    }

    @Test
    void fullDiskRefusesWholeWritesAndHealsWithRoom() {
        try (var database = open(NOTES)) {
            insert(database, 1, "kept");
            limitPages(database, pages(database));

            assertProblem(Problem.FULL, "there is no room left", () -> insert(database, 2, "x".repeat(100_000)));

            assertThat(count(database, "notes")).isEqualTo(1);
            limitPages(database, 100_000);
            insert(database, 2, "x".repeat(100_000));
            assertThat(count(database, "notes")).isEqualTo(2);
        }
    }

    @Test
    void fullDiskKeepsWhatFitsOfAGroup() throws Exception {
        try (var database = open(NOTES);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            limitPages(database, pages(database) + 5);
            var held = new CountDownLatch(1);
            Future<Boolean> blocking = threads.submit(() -> database.write(sql -> awaitQuietly(held)));
            List<Future<Integer>> group = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int id = i;
                group.add(threads.submit(() -> insert(database, id, "x".repeat(id % 2 == 0 ? 10 : 100_000))));
            }
            held.countDown();
            blocking.get();

            int kept = 0;
            for (Future<Integer> write : group) {
                kept += succeeds(write) ? 1 : 0;
            }
            assertThat(kept).isEqualTo(10);
            assertThat(count(database, "notes")).isEqualTo(10);
        }
    }

    @Test
    void readOnlyDatabaseRefusesWrites() {
        try (var database = open(NOTES)) {
            database.write(sql -> sql.update("PRAGMA query_only = ON"));

            assertProblem(Problem.READ_ONLY, "it is read-only", () -> insert(database, 1, "note"));
            assertThat(count(database, "notes")).isZero();
        }
    }

    @Test
    void oneProcessAtATimeHoldsTheFile() {
        try (var database = open(NOTES)) {
            assertProblem(Problem.LOCKED, "it is in use by another process", () -> open(NOTES));
            assertThat(insert(database, 1, "note")).isEqualTo(1);
        }
        open(NOTES).close();
    }

    @Test
    void isHeldUnderWhateverNameItIsOpened() throws Exception {
        try (var database = SqliteDatabase.open(file)) {
            Path link = Files.createSymbolicLink(folder.resolve("other.db"), file);
            Path linkedFolder = Files.createSymbolicLink(folder.resolve("other"), file.getParent());

            for (Path name : List.of(link, linkedFolder.resolve("gatehouse.db"))) {
                assertThatThrownBy(() -> SqliteDatabase.open(name))
                        .isInstanceOf(DatabaseException.class)
                        .hasMessage("database `" + name + "`: it is in use by another process");
            }
            assertThat(count(database, "approvals")).isZero();
        }
    }

    @Test
    void aForeignLockRefusesTheWriteAndLosesNothing() throws Exception {
        try (var database = open(NOTES);
                Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            database.write(sql -> sql.query("PRAGMA busy_timeout = 50", row -> ""));
            SqliteDatabase.execute(foreign, "BEGIN IMMEDIATE");
            assertProblem(Problem.LOCKED, "another process holds it", () -> insert(database, 1, "note"));

            SqliteDatabase.execute(foreign, "ROLLBACK");
            insert(database, 1, "note");
            assertThat(count(database, "notes")).isEqualTo(1);
        }
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "not a database, but long enough to look like a file".repeat(40));

        assertProblem(Problem.CORRUPT, "it is damaged or not a database", () -> open(NOTES));
    }

    @Test
    void refusesADatabaseWithDamageInTheMiddle() throws Exception {
        try (var database = open(NOTES)) {
            for (int i = 0; i < 200; i++) {
                insert(database, i, "note".repeat(100));
            }
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[4096]), channel.size() / 2 / 4096 * 4096);
        }

        assertProblem(Problem.CORRUPT, "it is damaged", () -> open(NOTES));
    }

    @Test
    void anErrorInOnePieceOfWorkDoesNotStopTheWriter() {
        try (var database = open(NOTES)) {
            assertThatThrownBy(() -> database.write(sql -> {
                        throw new AssertionError("broken");
                    }))
                    .hasRootCauseMessage("broken");

            assertThat(insert(database, 1, "note")).isEqualTo(1);
        }
    }

    @Test
    void saysThatItIsClosed() {
        var database = open(NOTES);
        database.close();
        database.close();

        assertProblem(Problem.CLOSED, "it is closed", () -> insert(database, 1, "note"));
        assertProblem(Problem.CLOSED, "it is closed", () -> count(database, "notes"));
    }

    private SqliteDatabase open(Migration... migrations) {
        return SqliteDatabase.open(file, List.of(migrations));
    }

    private void assertProblem(Problem problem, String message, ThrowingCallable step) {
        assertThatThrownBy(step)
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.problem()).isEqualTo(problem))
                .hasMessageStartingWith("database `" + file + "`: ")
                .hasMessageContaining(message);
    }

    private static int insert(SqliteDatabase database, int id, String text) {
        return database.write(sql -> sql.update("INSERT INTO notes (id, text) VALUES ($1, $2)", id, text));
    }

    private static long count(SqliteDatabase database, String table) {
        return database.read(sql -> sql.first("SELECT COUNT(*) FROM " + table, row -> row.getLong(1)))
                .orElseThrow();
    }

    private static String pragma(SqliteDatabase database, String name) {
        return database.write(sql -> sql.first("PRAGMA " + name, row -> row.getString(1)))
                .orElseThrow();
    }

    private static long pages(SqliteDatabase database) {
        return Long.parseLong(pragma(database, "page_count"));
    }

    private static void limitPages(SqliteDatabase database, long pages) {
        assertThat(pragma(database, "max_page_count = " + pages)).isNotEmpty();
    }

    private static boolean succeeds(Future<Integer> write) throws InterruptedException {
        try {
            return write.get() == 1;
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(DatabaseException.class);
            return false;
        }
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static String mode(Path path) {
        try {
            return Files.isDirectory(path)
                    ? "rw-------"
                    : PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
