package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of a file is acted upon once, whoever notices it first. */
final class FileChangesTest {
    @TempDir
    private Path folder;

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger read = new AtomicInteger();

    private List<Path> files() {
        looks.incrementAndGet();
        return List.of(folder.resolve("a"));
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("a"), text);
    }

    private boolean read(boolean mayWait) {
        read.incrementAndGet();
        return true;
    }

    private void awaitLooks(int count) {
        int before = looks.get();
        await().until(() -> looks.get() >= before + count);
    }

    @Test
    void whatWasReadWhenItWasAskedForIsNotReadAgain() throws Exception {
        write("one");
        try (var changes = new FileChanges(this::files, this::read, Duration.ofSeconds(10))) {
            write("three");
            assertThat(changes.reading(read::incrementAndGet)).isOne();
            changes.start(Duration.ofMillis(10));
            awaitLooks(6);
            assertThat(read).hasValue(1);

            write("fourteen");
            await().until(() -> read.get() > 1);
            awaitLooks(6);
            assertThat(read).hasValue(2);
        }
    }

    @Test
    void whoWaitsForMoreReadsAgainWhenThereIsMore() throws Exception {
        write("one");
        var waits = new LinkedBlockingQueue<Boolean>();
        try (var changes = new FileChanges(
                this::files,
                mayWait -> {
                    waits.add(mayWait);
                    return waits.size() > 1;
                },
                Duration.ofHours(1))) {
            changes.start(Duration.ofMillis(10));
            write("three");
            await().until(() -> waits.size() == 1);
            awaitLooks(6);
            assertThat(waits).containsExactly(true);

            write("fourteen");
            await().until(() -> waits.size() > 1);
            awaitLooks(6);
            assertThat(waits).containsExactly(true, true);
        }
    }

    @Test
    void whateverFailsTheNextChangeIsSeen() throws Exception {
        write("one");
        try (var changes = new FileChanges(
                this::files,
                mayWait -> {
                    read.incrementAndGet();
                    throw new NoClassDefFoundError("of a plugin");
                },
                Duration.ofSeconds(10))) {
            changes.start(Duration.ofMillis(10));
            write("three");
            await().until(() -> read.get() == 1);
            write("fourteen");
            await().until(() -> read.get() == 2);
            awaitLooks(6);
            assertThat(read).hasValue(2);
        }
    }

    @Test
    void nobodyWaitsForMoreForEver() throws Exception {
        write("one");
        var waits = new LinkedBlockingQueue<Boolean>();
        try (var changes = new FileChanges(
                this::files,
                mayWait -> {
                    waits.add(mayWait);
                    return !mayWait;
                },
                Duration.ofMillis(50))) {
            changes.start(Duration.ofMillis(10));
            write("three");
            await().until(() -> waits.size() > 1);
            awaitLooks(10);
            assertThat(waits).containsExactly(true, false);
        }
    }
}
