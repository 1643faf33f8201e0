package io.gatehouse.proxy.http.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BurstTest {
    private final Burst failures = new Burst(20, Duration.ofSeconds(10));

    @Test
    void manyInAShortTimeAreTooMany() {
        for (int i = 0; i < 20; i++) {
            assertThat(failures.isOneTooMany(i)).isFalse();
        }
        assertThat(failures.isOneTooMany(20)).isTrue();
    }

    @Test
    void aFewNowAndThenAreNot() {
        long now = 0;
        for (int i = 0; i < 100; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            assertThat(failures.isOneTooMany(now)).isFalse();
        }
    }
}
