package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.Size;
import io.gatehouse.proxy.Http2Config;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.http.client.FrameClient;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.handler.codec.http2.Http2Error;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listeners that come, change, stay and go while a gateway runs. */
final class ListenersTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private TestOrigin origin;
    private TestPlane plane;

    @BeforeEach
    void start() {
        origin = TestOrigin.start();
        plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));
    }

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    private static ListenerConfig listener(String name) {
        return TestPlane.listener(
                name,
                "127.0.0.1:0",
                null,
                TestPlane.limits(1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(75), 1000));
    }

    private int portOf(int index) {
        return plane.plane().addresses().get(index).getPort();
    }

    @Test
    void aNewOneServesBesideOneThatKeepsItsSocketAndConnections() {
        try (var before = plane.client()) {
            assertThat(before.exchange(GET).status()).isEqualTo(200);
            plane.prepare(plane.listener(), listener("second")).apply();

            assertThat(portOf(0)).isEqualTo(plane.port());
            try (var second = RawClient.connect(portOf(1))) {
                assertThat(second.exchange(GET).status()).isEqualTo(200);
            }
            assertThat(before.exchange(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void oneThatIsLeftOutFinishesWhatIsInFlightAndEndsWhatIsIdle() throws Exception {
        var gate = new CompletableFuture<Void>();
        origin.otherwise(Script.after(gate, Script.of(200, "text/plain", "late")));
        try (var idle = plane.client();
                var busy = plane.client()) {
            busy.send(GET);
            assertThat(origin.take().path()).isEqualTo("/");

            plane.prepare(listener("other")).apply();
            assertThat(idle.awaitClose()).isTrue();
            gate.complete(null);

            var answer = busy.read();
            assertThat(answer.text()).isEqualTo("late");
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(busy.awaitClose()).isTrue();
        }
        assertThatThrownBy(() -> RawClient.connect(plane.port())).hasMessageContaining("refused");
        assertThat(plane.meters
                        .find("gatehouse.connections")
                        .tag("listener", "test")
                        .gauge())
                .isNull();
    }

    @Test
    void changedLimitsHoldForConnectionsThatBeginFromThenOn() {
        var limits = plane.listener().limits();
        var stricter = new ListenerConfig.Limits(
                limits.requestLine(),
                limits.headers(),
                limits.headerCount(),
                new Size(2),
                limits.bodyRate(),
                limits.headerTimeout(),
                limits.idleTimeout(),
                limits.connections());
        var post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        try (var before = plane.client()) {
            assertThat(before.exchange(post).status()).isEqualTo(200);
            plane.prepare(TestPlane.listener("test", "127.0.0.1:0", null, stricter))
                    .apply();
            assertThat(before.exchange(post).status()).isEqualTo(200);
            try (var after = plane.client()) {
                assertThat(after.exchange(post).status()).isEqualTo(413);
            }
        }
    }

    private ListenerConfig trusting(String network) {
        var now = plane.listener();
        return new ListenerConfig(
                now.name(),
                now.address(),
                now.protocols(),
                now.tls(),
                now.proxyProtocol(),
                List.of(network),
                now.limits(),
                now.http2());
    }

    @Test
    void nobodyGoesOnUnderATrustThatWasTakenAway() throws Exception {
        var named = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n";
        var gate = new CompletableFuture<Void>();
        plane.prepare(trusting("127.0.0.1/32")).apply();
        try (var idle = plane.client();
                var busy = plane.client()) {
            assertThat(idle.exchange(named).status()).isEqualTo(200);
            assertThat(origin.take().header("x-forwarded-for")).isEqualTo("192.0.2.7, 127.0.0.1");
            origin.otherwise(Script.after(gate, Script.of(200, "text/plain", "late")));
            busy.send(named);
            origin.take();

            plane.prepare(plane.listener()).apply();
            assertThat(idle.awaitClose()).isTrue();
            gate.complete(null);
            assertThat(busy.read().header("connection")).isEqualTo("close");
            assertThat(busy.awaitClose()).isTrue();
            try (var after = plane.client()) {
                assertThat(after.exchange(named).status()).isEqualTo(200);
                assertThat(origin.take().header("x-forwarded-for")).isEqualTo("127.0.0.1");
            }
        }
    }

    @Test
    void refusesStreamsBeyondWhatAllConnectionsMayOpenTogether() throws Exception {
        var now = plane.listener();
        var http2 = now.http2();
        var narrow = new Http2Config(http2.streams(), http2.window(), http2.resets(), http2.idleFrames(), 2);
        plane.prepare(new ListenerConfig(
                        now.name(), now.address(), now.protocols(), null, false, List.of(), now.limits(), narrow))
                .apply();
        var gate = new CompletableFuture<Void>();
        origin.otherwise(Script.after(gate, Script.of(200, "text/plain", "late")));
        try (var one = FrameClient.connect(plane.port());
                var other = FrameClient.connect(plane.port())) {
            one.get(1, "/");
            origin.take();
            other.get(1, "/");
            origin.take();
            assertThat(one.get(3, "/").awaitReset(3)).isEqualTo(Http2Error.REFUSED_STREAM.code());
            assertThat(other.get(3, "/").awaitReset(3)).isEqualTo(Http2Error.REFUSED_STREAM.code());

            gate.complete(null);
            assertThat(one.answer(1).status()).isEqualTo(200);
            assertThat(other.answer(1).status()).isEqualTo(200);
            assertThat(one.get(5, "/").answer(5).status()).isEqualTo(200);
        }
        assertThat(origin.calls()).isEqualTo(3);
    }

    @Test
    void oneThatCannotBeBoundChangesNothing() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var limits = plane.listener().limits();
            var impossible = TestPlane.listener("taken", "127.0.0.1:" + taken.getLocalPort(), null, limits);

            assertThatThrownBy(() -> plane.prepare(listener("first"), impossible))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("listener `taken`: cannot listen on");
        }
        assertThat(plane.plane().addresses()).hasSize(1);
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void nothingIsServedBeforeItIsApplied() {
        var next = plane.prepare(plane.listener(), listener("second"));
        next.abandon();

        assertThat(plane.plane().addresses()).hasSize(1);
        assertThat(plane.meters
                        .find("gatehouse.connections")
                        .tag("listener", "second")
                        .gauge())
                .isNull();
    }

    @Test
    void noneBeginsToServeWhenAllEnd() throws Exception {
        int free;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = taken.getLocalPort();
        }
        var next = plane.prepare(
                plane.listener(),
                TestPlane.listener(
                        "late", "127.0.0.1:" + free, null, plane.listener().limits()));
        assertThat(plane.plane().drain(Duration.ofSeconds(5))).isTrue();
        next.apply();

        assertThatThrownBy(() -> RawClient.connect(free)).hasMessageContaining("refused");
        assertThat(plane.plane().addresses()).hasSize(1);
        assertThatThrownBy(() -> plane.prepare(plane.listener())).hasMessage("the gateway is stopping");
    }

    @Test
    void aLargerHeadThanAnyThatWasReadBeforeNeedsARestart() {
        var limits = plane.listener().limits();
        var larger = new ListenerConfig.Limits(
                limits.requestLine(),
                new Size(1 << 20),
                limits.headerCount(),
                limits.body(),
                limits.bodyRate(),
                limits.headerTimeout(),
                limits.idleTimeout(),
                limits.connections());
        assertThatThrownBy(() -> plane.prepare(TestPlane.listener("test", "127.0.0.1:0", null, larger)))
                .hasMessageContaining("restart it");
    }
}
