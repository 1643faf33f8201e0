package io.gatehouse.filters.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.filters.EdgePlane;
import io.gatehouse.filters.edge.SecurityHeadersConfig.Preset;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class SecurityHeadersTest {
    private final EdgePlane plane = EdgePlane.on("/**");

    @AfterEach
    void stop() {
        plane.close();
    }

    private void guard(Preset preset, Map<String, String> set, List<String> off) {
        plane.with(new SecurityHeadersFactory(), new SecurityHeadersConfig(preset, set, off));
        plane.origin.otherwise(Script.raw("HTTP/1.1 200 OK\r\nServer: secret/1.0\r\nX-Powered-By: PHP\r\n"
                + "X-Frame-Options: ALLOWALL\r\nX-Frame-Options: SAMEORIGIN\r\nContent-Length: 0\r\n\r\n"));
    }

    @Test
    void saysWhatIsStrictWhateverTheTargetSays() {
        guard(Preset.STRICT, Map.of(), List.of());
        var headers = plane.ask("GET", "/").headers();
        SecurityHeaders.STRICT.forEach(
                (name, value) -> assertThat(headers.values(name)).containsExactly(value));
        assertThat(headers.has("server")).isFalse();
        assertThat(headers.has("x-powered-by")).isFalse();
    }

    @Test
    void saysItWithDenialsOfLaterFiltersToo() {
        guard(Preset.STRICT, Map.of(), List.of());
        plane.with(Phase.AUTHORIZE, exchange -> new Denial("test_denied", 403, "forbidden", "not today").deny());
        var answer = plane.ask("GET", "/");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    }

    @Test
    void saysNothingOfAWebSocketThatBegins() {
        guard(Preset.STRICT, Map.of(), List.of());
        plane.origin.otherwise(
                Script.raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Server: secret/1.0\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
        var answer = plane.ask(
                "GET",
                "/",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        assertThat(answer.status()).isEqualTo(101);
        SecurityHeaders.STRICT
                .keySet()
                .forEach(name -> assertThat(answer.headers().has(name)).as(name).isFalse());
        assertThat(answer.headers().has("server")).isFalse();
    }

    @Test
    void takesSingleHeadersInPlaceOfThePresetsAndLeavesOthersAlone() {
        guard(
                Preset.STRICT,
                Map.of("Content-Security-Policy", "default-src 'none'"),
                List.of("X-Frame-Options", "Server"));
        var headers = plane.ask("GET", "/").headers();
        assertThat(headers.values("content-security-policy")).containsExactly("default-src 'none'");
        assertThat(headers.values("x-frame-options")).containsExactly("ALLOWALL", "SAMEORIGIN");
        assertThat(headers.first("server")).isEqualTo("secret/1.0");
        assertThat(headers.has("x-powered-by")).isFalse();
    }

    @Test
    void beginsWithNothingWhereToldTo() {
        guard(Preset.NONE, Map.of("Referrer-Policy", "same-origin"), List.of());
        var headers = plane.ask("GET", "/").headers();
        assertThat(headers.first("referrer-policy")).isEqualTo("same-origin");
        assertThat(headers.has("strict-transport-security")).isFalse();
        assertThat(headers.first("x-powered-by")).isEqualTo("PHP");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Securty-Policy", "X-Custom", "", "Set-Cookie"})
    void refusesHeadersThatProtectNobody(String name) {
        assertThatThrownBy(() -> new SecurityHeadersConfig(Preset.STRICT, Map.of(name, "x"), List.of()))
                .hasMessageStartingWith("set: expected a security header, got `" + name + "`");
        assertThatThrownBy(() -> new SecurityHeadersConfig(Preset.STRICT, Map.of(), List.of(name)))
                .hasMessageStartingWith("off[0]: expected a security header");
    }

    @Test
    void refusesWhatContradictsItself() {
        assertThatThrownBy(() -> new SecurityHeadersConfig(Preset.NONE, Map.of(), List.of()))
                .hasMessage("set: expected headers, since `preset: none` has none");
        assertThatThrownBy(() -> new SecurityHeadersConfig(
                        Preset.STRICT, Map.of("X-Frame-Options", "DENY"), List.of("x-frame-options")))
                .hasMessageStartingWith("off[0]: expected a header that is not in `set`");
        assertThatThrownBy(() -> new SecurityHeadersConfig(
                        Preset.STRICT, Map.of("X-Frame-Options", "DENY", "x-frame-options", "DENY"), List.of()))
                .hasMessage("set: expected each header once");
        assertThatThrownBy(() ->
                        new SecurityHeadersConfig(Preset.STRICT, Map.of("X-Frame-Options", "a\r\nb: c"), List.of()))
                .hasMessageStartingWith("set.X-Frame-Options: expected a header value");
    }
}
