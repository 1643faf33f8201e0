package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/routes.md says of its examples is so. */
final class RoutesPageTest {
    private static final Pattern ROUTES = Pattern.compile("(?s)```yaml\n(routes:.*?)```");
    private static final Pattern ROUTE = Pattern.compile("(?m)(name: ([a-z-]+),.*)filters: \\[], to: app");
    private static final Pattern EXAMPLE =
            Pattern.compile("(?m)^\\| `([A-Z]+) http://([^/`]+)(/[^`]*)` \\| (?:`([a-z-]+)`|(\\d{3})) \\|");

    @TempDir
    private Path folder;

    /** Each route answers with its own name. */
    private static String routes(String page) {
        var found = ROUTES.matcher(page);
        assertThat(found.find()).isTrue();
        return ROUTE.matcher(found.group(1)).replaceAll("$1filters: [{ respond: { headers: { X-Route: $2 } } }]");
    }

    private static String answer(RawClient client, String method, String host, String target) {
        var answer = client.exchange(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        var route = answer.headers().first("x-route");
        return route == null ? Integer.toString(answer.status()) : route;
    }

    @Test
    void itsExamplesGoWhereItSays() throws Exception {
        var page = Files.readString(Path.of("..", "docs", "routes.md"));
        var examples = EXAMPLE.matcher(page).results().toList();
        assertThat(examples).hasSizeGreaterThan(20);
        try (var gateway = RunningGateway.start(folder, """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0 }
                """ + routes(page))) {
            for (var example : examples) {
                try (var client = gateway.client()) { // a 400 ends its connection
                    assertThat(answer(client, example.group(1), example.group(2), example.group(3)))
                            .as(example.group())
                            .isEqualTo(example.group(4) == null ? example.group(5) : example.group(4));
                }
            }
        }
    }

    @Test
    void whatNoRouteTakesIsToldApartByMethod() throws Exception {
        try (var gateway = RunningGateway.start(folder, """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0 }
                routes:
                  - { name: one, match: { hosts: ["[::1]"], path: /one, methods: [GET] }, filters: [{ respond: { status: 204 } }] }
                """);
                var client = gateway.client()) {
            assertThat(answer(client, "GET", "[::1]:80", "/one")).isEqualTo("204");
            assertThat(answer(client, "POST", "[::1]:80", "/one")).isEqualTo("405");
            assertThat(answer(client, "GET", "[::1]:80", "/two")).isEqualTo("404");
            assertThat(answer(client, "GET", "[::1]:80", "/.gatehouse/x")).isEqualTo("404");
        }
    }
}
