package io.gatehouse.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExplainArgumentsTest {
    private static final String URL = "http://api.example.com/orders?a=1";

    @Test
    void readsARequest() {
        var arguments =
                ExplainArguments.parse("get", URL, List.of("Accept: a", "X-Id:1", "accept:  b "), "client:agent");

        assertThat(arguments)
                .isEqualTo(new ExplainArguments(
                        "GET",
                        URI.create(URL),
                        Map.of("accept", List.of("a", "b"), "x-id", List.of("1")),
                        "",
                        "client:agent"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no-colon", ": x", "bad name: x", "Host: a", "X: a\nb", "X: a\u0000"})
    void refusesWhatIsNoHeader(String header) {
        assertThatThrownBy(() -> ExplainArguments.parse("GET", URL, List.of(header), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("-H: ");
    }

    @Test
    void doesNotRepeatAHeadersValue() {
        assertThatThrownBy(() -> ExplainArguments.parse("GET", URL, List.of("Authorization Bearer s3cr3t"), null))
                .hasMessage("-H: expected `Name: value`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/orders", "api.example.com/orders", "ftp://a/b", "http:///x", "http://a b"})
    void refusesWhatIsNoUrl(String url) {
        assertThatThrownBy(() -> ExplainArguments.parse("GET", url, List.of(), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G T", "GET/1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
    void refusesWhatIsNoMethod(String method) {
        assertThatThrownBy(() -> ExplainArguments.parse(method, URL, List.of(), null))
                .hasMessageStartingWith("expected a method");
    }

    @Test
    void refusesAnEmptyPrincipal() {
        assertThatThrownBy(() -> ExplainArguments.parse("GET", URL, List.of(), " "))
                .hasMessageStartingWith("--as: ");
    }
}
