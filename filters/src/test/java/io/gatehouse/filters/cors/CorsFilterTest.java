package io.gatehouse.filters.cors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.filters.EdgePlane;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class CorsFilterTest {
    private static final Duration AGE = Duration.ofMinutes(10);
    private static final String APP = "https://app.example.com";

    private final EdgePlane plane = EdgePlane.on("/**");

    @BeforeEach
    void targetSaysTooMuch() {
        plane.origin.otherwise(Script.raw("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n"
                + "Access-Control-Allow-Credentials: true\r\nVary: Accept\r\nContent-Length: 0\r\n\r\n"));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static CorsConfig config(boolean credentials, String... origins) {
        return new CorsConfig(
                List.of(origins), List.of("PUT"), List.of("X-Api-Key"), List.of("X-Request-Id"), credentials, AGE);
    }

    private void guard(CorsConfig config) {
        plane.with(new CorsFactory(), config);
        plane.with(Phase.IDENTIFY, exchange -> new Denial("unauthenticated", 401, "unauthorized", "who?").deny());
    }

    @Test
    void answersAPreflightBeforeAnyoneIsIdentified() {
        guard(config(true, APP));
        var answer = plane.ask(
                "OPTIONS",
                "/orders",
                "Origin: " + APP,
                "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: x-api-key");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo(APP);
        assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
        assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET, HEAD, POST, PUT");
        assertThat(answer.header("access-control-allow-headers")).isEqualTo("X-Api-Key");
        assertThat(answer.header("access-control-max-age")).isEqualTo("600");
        assertThat(String.join(", ", answer.headers().values("vary")))
                .isEqualTo("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        assertThat(plane.origin.calls()).isZero();
    }

    @Test
    void refusesAPreflightOfAnotherOriginMethodOrHeader() {
        guard(config(false, APP));
        var origin = plane.ask("OPTIONS", "/", "Origin: https://evil.example", "Access-Control-Request-Method: GET");
        assertThat(origin.status()).isEqualTo(403);
        assertThat(origin.text()).contains("cors_origin_not_allowed");
        assertThat(origin.header("access-control-allow-origin")).isNull();
        assertThat(origin.header("vary")).isEqualTo("Origin");

        var method = plane.ask("OPTIONS", "/", "Origin: " + APP, "Access-Control-Request-Method: DELETE");
        assertThat(method.text()).contains("cors_method_not_allowed");
        assertThat(method.header("access-control-allow-methods")).isNull();

        var header = plane.ask(
                "OPTIONS",
                "/",
                "Origin: " + APP,
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: X-Api-Key, Authorization");
        assertThat(header.text()).contains("cors_header_not_allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null", "https://app.example.com.evil.example", "https://app.example.co", "http://app.example.com",
                "https://app.example.com:8443", "HTTPS://APP.EXAMPLE.COM", "https://app.example.com/", ""
            })
    void takesNoOriginThatOnlyLooksAlike(String origin) {
        plane.with(new CorsFactory(), config(true, APP));
        var answer = plane.ask("GET", "/", "Origin: " + origin);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("access-control-allow-origin")).isNull();
        assertThat(answer.header("access-control-allow-credentials")).isNull();
    }

    @Test
    void takesNoTwoOrigins() {
        plane.with(new CorsFactory(), config(true, APP));
        var answer = plane.ask("GET", "/", "Origin: " + APP, "Origin: https://evil.example");
        assertThat(answer.header("access-control-allow-origin")).isNull();
    }

    @Test
    void saysWhoMayReadInPlaceOfTheTarget() {
        plane.with(new CorsFactory(), config(false, APP, "https://b.example"));
        var headers = plane.ask("GET", "/", "Origin: https://b.example").headers();
        assertThat(headers.values("access-control-allow-origin")).containsExactly("https://b.example");
        assertThat(headers.has("access-control-allow-credentials")).isFalse();
        assertThat(headers.first("access-control-expose-headers")).isEqualTo("X-Request-Id");
        assertThat(headers.values("vary")).containsExactly("Accept", "Origin");

        var without = plane.ask("GET", "/").headers();
        assertThat(without.has("access-control-allow-origin")).isFalse();
        assertThat(without.values("vary")).containsExactly("Accept", "Origin");
    }

    @Test
    void letsPagesReadDenialsToo() {
        guard(config(false, APP));
        plane.with(Phase.TRANSFORM, exchange -> {
            throw new IllegalStateException("is never entered");
        });
        var answer = plane.ask("GET", "/", "Origin: " + APP);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo(APP);
    }

    @Test
    void sendsABareOptionsOn() {
        plane.with(new CorsFactory(), config(false, APP));
        assertThat(plane.ask("OPTIONS", "/", "Origin: " + APP).status()).isEqualTo(200);
        assertThat(plane.origin.calls()).isEqualTo(1);
    }

    @Test
    void opensPublicRoutesToAnyOriginButWithoutCredentials() {
        plane.with(
                new CorsFactory(),
                new CorsConfig(List.of("*"), List.of(), List.of("*"), List.of(), false, Duration.ZERO));
        var answer = plane.ask("GET", "/", "Origin: null");
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(answer.headers().values("vary")).containsExactly("Accept");
        var preflight = "Access-Control-Request-Method: POST";
        assertThat(plane.ask("OPTIONS", "/", "Origin: " + APP, preflight, "Access-Control-Request-Headers: x-any")
                        .status())
                .isEqualTo(204);
        assertThat(plane.ask(
                                "OPTIONS",
                                "/",
                                "Origin: " + APP,
                                preflight,
                                "Access-Control-Request-Headers: Authorization")
                        .status())
                .isEqualTo(403);
    }

    /** Whoever keeps the answer to a request without an origin may give it to a page later. */
    @Test
    void saysThatAnyOriginMayReadWhoeverAsks() {
        plane.with(new CorsFactory(), config(false, "*"));
        for (var none : List.of(new String[0], new String[] {"Origin: " + APP, "Origin: https://b.example"})) {
            var headers = plane.ask("GET", "/", none).headers();
            assertThat(headers.values("access-control-allow-origin")).containsExactly("*");
            assertThat(headers.first("access-control-expose-headers")).isEqualTo("X-Request-Id");
            assertThat(headers.has("access-control-allow-credentials")).isFalse();
            assertThat(headers.values("vary")).containsExactly("Accept");
        }
    }

    @Test
    void refusesAnyOriginWithCredentials() {
        assertThatThrownBy(() -> config(true, "*"))
                .hasMessageStartingWith("origins: expected no `*` with `credentials");
        assertThatThrownBy(() -> new CorsConfig(List.of(APP), List.of(), List.of("*"), List.of(), true, Duration.ZERO))
                .hasMessageStartingWith("headers: expected no `*` with `credentials");
        assertThatThrownBy(() -> config(false, "*", APP)).hasMessage("origins: expected `*` alone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.example.com", "https://app.example.com/", "https://App.example.com", "null",
                        "https://*.example.com",
                "https://a.example:443", "http://a.example:80", "https://", "https://a.example\r\nx: y", ""
            })
    void refusesOriginsThatNoBrowserSends(String origin) {
        assertThatThrownBy(() -> config(false, APP, origin)).hasMessageStartingWith("origins[1]: expected an origin");
    }

    @Test
    void refusesOtherSettingsThatCannotWork() {
        assertThatThrownBy(() -> config(false)).hasMessage("origins: expected at least one origin");
        assertThatThrownBy(() -> new CorsConfig(List.of(APP), List.of("*"), List.of(), List.of(), false, AGE))
                .hasMessage("methods[0]: expected a method, got `*`");
        assertThatThrownBy(() -> new CorsConfig(List.of(APP), List.of(), List.of("a b"), List.of(), false, AGE))
                .hasMessage("headers[0]: expected a header name, got `a b`");
        assertThatThrownBy(() ->
                        new CorsConfig(List.of(APP), List.of(), List.of(), List.of(), false, Duration.ofHours(25)))
                .hasMessage("maxAge: expected 0s to 24h");
    }

    @Test
    void needsARouteThatTakesPreflights() {
        var factory = new CorsFactory();
        factory.check(config(false, APP), new RouteConfig.Match(List.of(), "/**", List.of("GET", "OPTIONS"), false));
        assertThatThrownBy(() -> factory.check(
                        config(false, APP), new RouteConfig.Match(List.of(), "/**", List.of("GET"), false)))
                .hasMessageStartingWith("expected `OPTIONS` among the methods of the route");
    }
}
