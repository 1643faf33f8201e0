package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UptakeTest {
    private static final int TICKS = 200;

    private final Uptake honest = new Uptake();
    private final Uptake stalled = new Uptake();

    @Test
    void whoTookAllThatThereWasIsFast() {
        stalled.wrote(6 << 20);
        long held = 6 << 20;
        for (int tick = 0; tick < TICKS; tick++) {
            held -= 1_000; // now and then a byte
            stalled.tick(held);
            honest.tick(0);
        }
        honest.wrote(200 << 10);
        assertThat(honest.ticksFor(200 << 10)).isLessThan(stalled.ticksFor(held));
    }

    @Test
    void whatWasTakenSinceTheLastTickCounts() {
        honest.wrote(8 << 20);
        assertThat(honest.ticksFor(128 << 10)).isLessThan(stalled.ticksFor(128 << 10));
    }

    /** The kernel takes in lumps what such a client reads evenly. */
    @Test
    void whoReadsSteadilyIsFasterThanWhoHasNotBegun() {
        long held = 20 << 20;
        honest.wrote(20 << 20);
        for (int tick = 0; tick < TICKS; tick++) {
            held -= tick % 10 == 0 ? 1_000_000 : 0;
            honest.tick(held);
        }
        stalled.wrote(256 << 10);
        stalled.tick(256 << 10);
        assertThat(honest.ticksFor(192 << 10)).isLessThan(stalled.ticksFor(256 << 10));
    }

    @Test
    void onceFastHelpsNotForLong() {
        stalled.wrote(64 << 20);
        stalled.tick(0);
        stalled.wrote(1 << 20);
        honest.wrote(4 << 20);
        long left = 4 << 20;
        for (int tick = 0; tick < TICKS; tick++) {
            stalled.tick(1 << 20);
            left -= 10_000;
            honest.tick(left);
        }
        assertThat(stalled.ticksFor(1 << 20)).isGreaterThan(honest.ticksFor(left));
    }
}
