package io.gatehouse.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that lack {@code https-only} are warned of where a listener in clear text stands beside one with TLS, and only there. */
final class ClearTextTest {
    private static final String SECURE = "{ name: public, address: 127.0.0.1:8443,"
            + " tls: { certificates: [{ certificate: www.pem, key: www.key }] } }";
    private static final String ROUTE =
            "  - { name: %1$s, match: { hosts: [a.example], path: %2$s }, filters: [%3$s], to: app }\n";

    @TempDir
    private Path folder;

    @BeforeEach
    void certificates() throws Exception {
        ExampleCertificates.write(folder);
    }

    private List<String> warnings(String listeners, String... routes) {
        return TestSource.warnings(folder, """
                version: 1
                server: { listeners: [%s] }
                upstreams: { app: { targets: ["http://127.0.0.1:9"] } }
                routes:
                %s""".formatted(listeners, String.join("", routes)));
    }

    private static String route(String name) {
        return ROUTE.formatted(name, "/" + name, "request-id");
    }

    @Test
    void warnsOnceForAllRoutes() {
        assertThat(warnings(
                        "{ name: clear, address: 127.0.0.1:8080 }, " + SECURE,
                        route("a"),
                        ROUTE.formatted("safe", "/safe", "https-only"),
                        route("b"),
                        route("c"),
                        route("d"),
                        route("e")))
                .containsExactly(
                        "gatehouse.yaml:2:23: server.listeners[0]: listener `clear` has no TLS, though `public` has: 5 routes are"
                                + " served (`a`, `b`, `c` and 2 more) in clear text, too (`https-only` in their chain sends"
                                + " clients to TLS)");
        assertThat(warnings(SECURE + ", { name: clear, address: 127.0.0.1:8080 }", route("a")))
                .singleElement()
                .asString()
                .contains("listener `clear` has no TLS, though `public` has: route `a` is served in clear text, too");
        assertThat(warnings(SECURE + ", { name: clear, address: 127.0.0.1:8080 }", route("a"), route("b")))
                .singleElement()
                .asString()
                .contains(": 2 routes are served (`a`, `b`) in clear text, too");
    }

    @Test
    void saysNothingWhereClearTextIsMeant() {
        assertThat(warnings("{ name: clear, address: 127.0.0.1:8080 }", route("a")))
                .isEmpty();
        assertThat(warnings(SECURE, route("a"))).isEmpty();
        var behind = "{ name: behind, address: 127.0.0.1:8080, trustedForwarders: [10.0.0.0/8] }";
        var proxied = "{ name: proxied, address: 127.0.0.1:8081, proxyProtocol: true }";
        var local = "{ name: local, address: \"unix:public.sock\" }";
        assertThat(warnings(
                        String.join(", ", SECURE, behind, proxied, local.replace("public.sock", folder + "/s")),
                        route("a")))
                .isEmpty();
        var clear = SECURE + ", { name: clear, address: 127.0.0.1:8080 }";
        assertThat(warnings(
                        clear,
                        ROUTE.formatted("safe", "/safe", "https-only"),
                        ROUTE.formatted("challenges", "/.well-known/acme-challenge/**", "request-id"),
                        ROUTE.formatted("robots", "/robots.txt", "{ respond: { body: none } }")))
                .isEmpty();
    }
}
