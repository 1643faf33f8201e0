package io.gatehouse.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes Netty's leak detectors such that their reports are kept instead of logged. */
final class LeakRecorder extends ResourceLeakDetectorFactory {
    private final Queue<String> reports = new ConcurrentLinkedQueue<>();
    private final AtomicLong tracked = new AtomicLong();

    /** How many resources were tracked so far, over all kinds. */
    long tracked() {
        return tracked.get();
    }

    /** The reports since the last call. */
    List<String> drain() {
        var drained = new ArrayList<String>();
        for (var report = reports.poll(); report != null; report = reports.poll()) {
            drained.add(report);
        }
        return drained;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in Netty, so it must be here
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval, long maxActive) {
        return new RecordingDetector<>(resource, interval);
    }

    private final class RecordingDetector<T> extends ResourceLeakDetector<T> {
        RecordingDetector(Class<T> resource, int interval) {
            super(resource, interval);
        }

        @Override
        public @Nullable ResourceLeakTracker<T> track(T resource) {
            tracked.incrementAndGet();
            return super.track(resource);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            reports.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            reports.add(resourceType);
        }
    }
}
