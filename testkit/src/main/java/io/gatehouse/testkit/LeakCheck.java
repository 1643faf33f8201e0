package io.gatehouse.testkit;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that lost a reference-counted resource of Netty. Applies to every test that has the testkit on its
 * class path (see {@code junit-platform.properties}): nobody has to remember it. A loss shows once the garbage collector has
 * seen it, so a class that used Netty ends with two collections, some 50 ms.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final LeakRecorder RECORDER = install();

    private long trackedBefore;

    private static LeakRecorder install() {
        var recorder = new LeakRecorder();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(recorder);
        probe();
        if (recorder.tracked() == 0) {
            throw new IllegalStateException("the leak check came after Netty's buffers: nothing would be found");
        }
        return recorder;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        trackedBefore = RECORDER.tracked();
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        if (RECORDER.tracked() == trackedBefore) {
            return;
        }
        // references found by the first collection are queued, in order, before those found by the second
        collect();
        collect();
        probe();
        var leaks = RECORDER.drain();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaked, found after "
                    + context.getRequiredTestClass().getName() + ":\n" + String.join("\n\n", leaks));
        }
    }

    /** Detectors report what was lost when they track something new. */
    private static void probe() {
        PooledByteBufAllocator.DEFAULT.buffer(1).release();
    }

    private static void collect() throws InterruptedException {
        var queue = new ReferenceQueue<Object>();
        var sentinel = new PhantomReference<>(new Object(), queue);
        do {
            System.gc();
        } while (!sentinel.equals(queue.remove(1_000)));
    }
}
