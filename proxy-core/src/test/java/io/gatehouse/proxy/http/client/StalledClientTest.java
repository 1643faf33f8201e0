package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that takes nothing of its answers: they stay with the target. */
@ExtendWith(LeakCheck.class)
class StalledClientTest {
    private static final int ANSWERS = 24;
    private static final String LARGE = "x".repeat(4 << 20);

    @Test
    void answersThatNobodyTakesAreNotReadFromTheTarget() {
        try (var origin = TestOrigin.start(Script.of(200, "text/plain", LARGE));
                var plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));
                var client = FrameClient.withWindow(plane.port(), 0)) {
            long before = PlatformDependent.usedDirectMemory();
            for (int i = 0; i < ANSWERS; i++) {
                client.get(1 + 2 * i, "/");
            }
            await().atMost(10, TimeUnit.SECONDS).until(() -> origin.requests().size() == ANSWERS);
            for (int i = 0; i < ANSWERS; i++) {
                client.roundTrip(); // by then each connection had its turn to read
            }
            await().during(500, TimeUnit.MILLISECONDS)
                    .atMost(10, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(PlatformDependent.usedDirectMemory() - before)
                            .isLessThan(32 << 20));
        }
    }
}
