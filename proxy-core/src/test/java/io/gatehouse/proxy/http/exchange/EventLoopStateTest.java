package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an event loop does by its clock. */
class EventLoopStateTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final TestOrigin origin = TestOrigin.start();

    @AfterEach
    void stop() {
        origin.close();
    }

    @Test
    void goesOnWhereAnUpstreamFailsOnIt() {
        var moreNanosThanALongHolds = Duration.ofDays(365_000);
        var snapshot = TestPlane.to(TestPlane.upstream(Duration.ofSeconds(5), moreNanosThanALongHolds, origin.uri()));
        var limits = TestPlane.limits(1 << 20, Duration.ofMillis(500), Duration.ofSeconds(75), 10);
        try (var plane = TestPlane.start(limits, snapshot)) {
            try (var client = plane.client()) {
                assertThat(client.exchange(GET).status()).isEqualTo(200);
            }
            for (int i = 0; i < 2; i++) {
                try (var slow = plane.client().send("GET / HTTP/1.1\r\n")) {
                    assertThat(slow.read().status()).isEqualTo(408);
                }
            }
        }
    }

    /** A connection that finds no memory when the clock looks at it. */
    private record Starved(EventLoopState state, Uptake uptake, AtomicInteger place) implements ClientChannel {
        @Override
        public void onTick(long now) {
            throw new OutOfMemoryError("direct");
        }

        @Override
        public void drain() {
            abort();
        }

        @Override
        public void abort() {
            state.remove(this);
        }

        @Override
        public long held() {
            return 0;
        }

        @Override
        public int sweepIndex() {
            return place.get();
        }

        @Override
        public void sweepIndex(int index) {
            place.set(index);
        }
    }

    @Test
    void memoryThatIsOutOnTheClockCountsAsAnyOther() {
        try (var plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())))) {
            var broken = new CompletableFuture<Void>();
            plane.plane().whenBroken(() -> broken.complete(null));
            var state = plane.state();
            state.loop.execute(() -> {
                for (int i = 0; i < 21; i++) {
                    state.add(new Starved(state, new Uptake(), new AtomicInteger()));
                }
            });
            assertThat(broken).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void aLoopThatStoodStillBlamesNobodyForIt() throws Exception {
        var stalled = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var snapshot = TestPlane.guarded(
                TestPlane.upstream(Duration.ofMillis(500), Duration.ofSeconds(5), origin.uri()), null, exchange -> {
                    if (exchange.path().equals("/stall")) {
                        stalled.countDown();
                        awaitUninterruptibly(goOn);
                    }
                    return Verdict.NEXT;
                });
        var answer = new CompletableFuture<Void>();
        origin.next(Script.after(answer, Script.json("{}")));
        try (var plane = TestPlane.start(snapshot);
                var waiting = plane.client();
                var stalling = plane.client()) {
            waiting.send(GET);
            await().until(() -> origin.calls() == 1);
            stalling.send("GET /stall HTTP/1.1\r\nHost: a\r\n\r\n");
            stalled.await();
            assertThat(waiting.staysSilent(Duration.ofSeconds(2))).isTrue();
            goOn.countDown();
            assertThat(stalling.read().status()).as("it turns again").isEqualTo(200);
            answer.complete(null);
            assertThat(waiting.read().status()).isEqualTo(200);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void letsGoOfWhatIsServedNoMore() {
        try (var plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())))) {
            var before = served(plane);
            plane.plane().swap(TestPlane.to(TestPlane.upstream(origin.uri())));
            await().until(() -> {
                System.gc();
                return before.get() == null;
            });
            assertThat(plane.plane().durations()).as("its numbers are kept").containsKey("all");
        }
    }

    /** What a request was served by. */
    private WeakReference<Snapshot> served(TestPlane plane) {
        var snapshot = TestPlane.to(TestPlane.upstream(origin.uri()));
        plane.plane().swap(snapshot);
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            await().until(() -> plane.meters.find("gatehouse.requests").functionCounter() != null);
        }
        return new WeakReference<>(snapshot);
    }
}
