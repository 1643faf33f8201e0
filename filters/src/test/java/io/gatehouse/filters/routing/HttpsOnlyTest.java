package io.gatehouse.filters.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.filters.EdgePlane;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.testkit.LeakCheck;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class HttpsOnlyTest {
    @ParameterizedTest
    @CsvSource({
        "443, a.example, /x?y=z, https://a.example/x?y=z",
        "443, a.example:80, /x//y, https://a.example/x/y",
        "8443, A.example:8080, /, https://a.example:8443/",
        "8443, [::1]:8080, /, https://[::1]:8443/",
        "443, [::1], /%2e%2e%2f, ",
    })
    void sendsClientsToTheSamePlace(int port, String host, String target, String expected) {
        try (var plane = EdgePlane.on("/**");
                var client = plane.client()) {
            plane.with(new HttpsOnlyFactory(), new HttpsOnlyConfig(port, 308));
            var answer = client.exchange("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(expected == null ? 400 : 308);
            assertThat(answer.headers().first("location")).isEqualTo(expected);
            assertThat(plane.origin.calls()).isZero();
        }
    }

    @Test
    void refusesRoutesWithoutHostsAndSettingsThatAreNone() {
        var factory = new HttpsOnlyFactory();
        var config = new HttpsOnlyConfig(443, 308);
        factory.check(config, new RouteConfig.Match(List.of("a.example"), "/**", List.of(), false));
        assertThatThrownBy(() -> factory.check(config, new RouteConfig.Match(List.of(), "/**", List.of(), false)))
                .hasMessageStartingWith("expected a route that names its hosts");
        assertThatThrownBy(() -> new HttpsOnlyConfig(0, 308)).hasMessageStartingWith("port: expected 1 to 65535");
        assertThatThrownBy(() -> new HttpsOnlyConfig(443, 303)).hasMessageStartingWith("status: expected 301");
    }
}
