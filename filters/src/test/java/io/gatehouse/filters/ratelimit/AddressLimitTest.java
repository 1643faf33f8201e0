package io.gatehouse.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.Rate;
import io.gatehouse.config.Secret;
import io.gatehouse.filters.EdgePlane;
import io.gatehouse.filters.authn.apikey.ApiKeyConfig;
import io.gatehouse.filters.authn.apikey.ApiKeyFactory;
import io.gatehouse.filters.ratelimit.RateLimitConfig.Algorithm;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits by address stand before anyone is identified, wherever they are written. */
@ExtendWith({LeakCheck.class, BlockingCheck.class})
class AddressLimitTest {
    private static final String KEY = "correct-horse-battery";

    private static EdgePlane limited(String by) {
        var client = new ApiKeyConfig.Client("a", null, Secret.parse(KEY), List.of(), null, Map.of());
        return EdgePlane.on("/**")
                .with(new ApiKeyFactory(), new ApiKeyConfig(List.of(client), List.of(), "test"))
                .with(new RateLimitFactory(), new RateLimitConfig(Rate.parse("3/h"), by, Algorithm.WINDOW, null));
    }

    @Test
    void stopsWhoGuessesKeys() {
        try (var plane = limited("address")) {
            for (int i = 0; i < 3; i++) {
                assertThat(plane.ask("GET", "/", "X-Api-Key: guess-number-" + i + "-of-many")
                                .status())
                        .isEqualTo(401);
            }
            var refused = plane.ask("GET", "/", "X-Api-Key: " + KEY);

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text()).contains("rate_limited");
            assertThat(refused.header("retry-after")).isNotNull();
            assertThat(plane.origin.calls()).isZero();
        }
    }

    @Test
    void byClientCountsOnlyWhoIsKnown() {
        try (var plane = limited("client")) {
            for (int i = 0; i < 5; i++) {
                assertThat(plane.ask("GET", "/", "X-Api-Key: guess-number-" + i + "-of-many")
                                .status())
                        .isEqualTo(401);
            }
            assertThat(plane.ask("GET", "/", "X-Api-Key: " + KEY).status()).isEqualTo(200);
        }
    }
}
