package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShortagesTest {
    private final Shortages shortages = new Shortages();

    @Test
    void manyInAShortTimeAreTooMany() {
        for (int i = 0; i < 20; i++) {
            assertThat(shortages.isOneTooMany(i)).isFalse();
        }
        assertThat(shortages.isOneTooMany(20)).isTrue();
    }

    @Test
    void aFewNowAndThenAreNot() {
        long now = 0;
        for (int i = 0; i < 100; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            assertThat(shortages.isOneTooMany(now)).isFalse();
        }
    }
}
