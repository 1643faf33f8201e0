package io.gatehouse.proxy.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestHeadTest {
    @Test
    void matchesAFullyQualifiedHostLikeItsShortForm() {
        Map.of("api.example.com.", "api.example.com", "api.example.com.:80", "api.example.com", "[::1]:80", "[::1]")
                .forEach((authority, name) -> {
                    var head = new RequestHead();
                    head.reset();
                    head.authority = authority;
                    assertThat(head.hostName()).isEqualTo(name);
                });
    }
}
