package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Targets that want to be asked by the name that the client asked for. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class PreservedHostTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: Shop.example:8443\r\n\r\n";

    @Test
    void tellsTheTargetWhatTheClientAskedFor() throws Exception {
        try (var origin = TestOrigin.start(Script.of(200, "text/plain", "ok"));
                var plane = TestUpstreams.plane("{ targets: [%s], preserveHost: true }".formatted(origin.uri()));
                var client = plane.client()) {
            client.exchange(GET);
            var asked = origin.take();
            assertThat(asked.header("host")).isEqualTo(asked.header("x-forwarded-host"));
            assertThat(asked.header("host")).isEqualToIgnoringCase("shop.example:8443");
        }
    }

    @Test
    void tellsItsOwnNameToATargetWhoseClientNamedNone() throws Exception {
        try (var origin = TestOrigin.start(Script.of(200, "text/plain", "ok"));
                var plane = TestUpstreams.plane("{ targets: [%s], preserveHost: true }".formatted(origin.uri()));
                var client = plane.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n").read();
            assertThat(origin.take().header("host")).isEqualTo("127.0.0.1:" + origin.port());
        }
    }

    @Test
    void tellsItOverHttp2Too() {
        try (var target = new FrameTarget();
                var plane = target.plane(", preserveHost: true");
                var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(target.heads.getFirst().authority()).asString().isEqualToIgnoringCase("shop.example:8443");
        }
    }
}
