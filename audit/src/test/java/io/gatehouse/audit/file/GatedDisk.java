package io.gatehouse.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The real disk, on which writing to segments can be held up. */
final class GatedDisk implements Disk {
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile boolean shut;

    void shut() {
        shut = true;
    }

    void awaitBlocked() {
        await(blocked);
    }

    void open() {
        opened.countDown();
    }

    @Override
    public AppendFile open(Path path) throws IOException {
        var file = REAL.open(path);
        return path.toString().endsWith(".seg") ? new Gated(file) : file;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Gated implements AppendFile {
        private final AppendFile file;

        Gated(AppendFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (shut) {
                blocked.countDown();
                await(opened);
            }
            file.write(bytes);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
