package io.gatehouse.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The real disk, which becomes full after a number of bytes, or fails to make them durable. */
final class FailingDisk implements Disk {
    private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger forced = new AtomicInteger();
    private volatile boolean broken;

    /** Takes so many bytes more, over all files. */
    void allow(long bytes) {
        room.set(bytes);
    }

    void breakForce() {
        broken = true;
    }

    int forced() {
        return forced.get();
    }

    @Override
    public AppendFile open(Path path) throws IOException {
        return new Failing(REAL.open(path));
    }

    private final class Failing implements AppendFile {
        private final AppendFile file;

        Failing(AppendFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            int wanted = bytes.remaining();
            int fits = (int) Math.min(wanted, room.getAndUpdate(left -> Math.max(0, left - wanted)));
            bytes.limit(bytes.position() + fits);
            file.write(bytes);
            if (fits < wanted) {
                throw new IOException("no space left on device");
            }
        }

        @Override
        public void force() throws IOException {
            forced.incrementAndGet();
            if (broken) {
                throw new IOException("input/output error");
            }
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
