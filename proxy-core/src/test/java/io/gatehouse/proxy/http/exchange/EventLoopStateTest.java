package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.TestOrigin;
import java.lang.ref.WeakReference;
import java.time.Duration;
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
