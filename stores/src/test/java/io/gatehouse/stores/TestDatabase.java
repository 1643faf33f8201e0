package io.gatehouse.stores;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database for one test, closed after everything that stands on it. */
final class TestDatabase implements AfterEachCallback {
    private @Nullable SqliteDatabase database;

    SqliteDatabase open(Path folder) {
        database = SqliteDatabase.open(folder.resolve("gatehouse.db"));
        return database;
    }

    SqliteDatabase get() {
        return Objects.requireNonNull(database);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (database != null) {
            database.close();
        }
    }
}
