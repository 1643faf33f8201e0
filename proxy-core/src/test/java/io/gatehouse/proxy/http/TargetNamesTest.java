package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long names may take, who asks for them, and how. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class TargetNamesTest {
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private static Snapshot to(String yaml) {
        return TestPlane.to(TestUpstreams.to(yaml));
    }

    /** How long an answer took that says that there is no connection. */
    private static Duration unreachable(DataPlane plane) {
        try (var client = RawClient.connect(plane.start().getFirst().getPort())) {
            long before = System.nanoTime();
            assertThat(client.exchange(GET).text()).contains("upstream_unreachable");
            return Duration.ofNanos(System.nanoTime() - before);
        }
    }

    @Test
    void waitsNoLongerForANameThanForAConnection() throws IOException {
        try (var silent = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var plane = NameServer.plane(
                        (InetSocketAddress) silent.getLocalSocketAddress(),
                        to(
                                "{ targets: ['http://orders.example:80'], timeouts: { connect: 250ms }, retry: { attempts: 1 },"
                                        + " connections: { max: 1, idle: 1 } }"))) {
            assertThat(unreachable(plane)).isBetween(Duration.ofMillis(240), Duration.ofSeconds(4));
            try (var client = RawClient.connect(plane.addresses().getFirst().getPort())) {
                assertThat(client.exchange(GET).text())
                        .as("what was given up holds no place")
                        .contains("upstream_unreachable");
            }
        }
    }

    @Test
    void givesNameConnectionAndHandshakeOneLimitTogether() throws IOException {
        try (var names = new NameServer("127.0.0.1");
                var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var plane = NameServer.plane(
                        names.address(),
                        to(("{ targets: ['https://orders.example:%d'], timeouts: { connect: 2s }, "
                                        + "retry: { attempts: 1 } }")
                                .formatted(silent.getLocalPort())))) {
            names.delay = Duration.ofMillis(1_800);
            assertThat(unreachable(plane)).isBetween(Duration.ofMillis(1_900), Duration.ofMillis(3_500));
        }
    }

    @Test
    void asksForAllNamesOfAnEventLoopOnOneSocket() {
        try (var origin = TestOrigin.start(Script.of(200, "text/plain", "here"));
                var names = new NameServer("127.0.0.1")) {
            var yaml = "targets: [http://%s.example:" + origin.port() + "]";
            var first = TestUpstreams.of(yaml.formatted("a"));
            try (var plane = NameServer.plane(names.address(), TestPlane.to(new Target.ToUpstream(first)))) {
                for (var name : new String[] {"b", "c", "d"}) {
                    plane.watch(to(yaml.formatted(name)));
                }
                try (var client = RawClient.connect(plane.start().getFirst().getPort())) {
                    assertThat(client.exchange(GET).text()).isEqualTo("here");
                }
                await().until(() -> names.asked.get() >= 4);
                assertThat(names.askers).hasSize(1);
            }
        }
    }

    @Test
    void asksAgainOverTcpWhereAnAnswerWasCutOff() {
        try (var origin = TestOrigin.start(Script.of(200, "text/plain", "here"));
                var names = new NameServer("127.0.0.1")) {
            names.truncates = true;
            try (var plane = NameServer.plane(
                            names.address(), to("targets: [http://orders.example:%d]".formatted(origin.port())));
                    var client = RawClient.connect(plane.start().getFirst().getPort())) {
                assertThat(client.exchange(GET).text()).isEqualTo("here");
                assertThat(names.askedOverTcp.get()).isPositive();
            }
        }
    }
}
