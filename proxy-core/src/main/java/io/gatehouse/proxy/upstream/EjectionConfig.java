package io.gatehouse.proxy.upstream;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.time.Duration;

/** When a target that fails requests is left out for a while, and for how long. */
public record EjectionConfig(
        @Doc("failures in a row: no connection, no answer, an answer broken off before its head; 0: never")
        @Default("5")
        int failures,

        @Doc("how long at first; twice as long each time that it fails again") @Default("10s")
        Duration base,

        @Doc("how long at most") @Default("5m") Duration most,

        @Doc("whether answers from 500 count as failures; then whoever can provoke them can have a target left out")
        @Default("false")
        boolean serverErrors) {
    public EjectionConfig {
        if (failures < 0 || failures > 1000) {
            throw new IllegalArgumentException("failures: expected 0 to 1000, got `" + failures + "`");
        }
        if (base.isZero() || base.compareTo(most) > 0) {
            throw new IllegalArgumentException("base: expected more than `0s` and no more than `most`");
        }
    }
}
