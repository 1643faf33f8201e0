package io.gatehouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MutableClockTest {
    @Test
    void movesOnlyWhenTold() {
        var clock = MutableClock.at(Instant.EPOCH);
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
        assertThat(clock.advance(Duration.ofSeconds(2)).millis()).isEqualTo(2_000);
        assertThat(clock.set(Instant.EPOCH).instant()).isEqualTo(Instant.EPOCH);
    }
}
