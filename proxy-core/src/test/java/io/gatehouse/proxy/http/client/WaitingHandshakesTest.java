package io.gatehouse.proxy.http.client;

import static io.gatehouse.proxy.http.client.FrameClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** WebSockets that wait for a target over HTTP/2 to say what it takes. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class WaitingHandshakesTest {
    private static final String HANDSHAKE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n\r\n";
    /** WebSockets, one at a time. */
    private static final byte[] ONE_AT_A_TIME = {0, 8, 0, 0, 0, 1, 0, 3, 0, 0, 0, 1};

    private final SilentTarget target = new SilentTarget();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<RawClient> clients = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();

    WaitingHandshakesTest() throws IOException {
        // its target can fail to bind
    }

    @AfterEach
    void stop() throws IOException {
        clients.forEach(RawClient::close);
        for (var socket : sockets) {
            socket.close();
        }
        target.close();
    }

    private TestPlane plane(String more) {
        return TestPlane.start(TestPlane.guarded(TestUpstreams.to(target.upstream(more)), null, new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                asked.incrementAndGet();
                return Verdict.NEXT;
            }
        }));
    }

    private RawClient handshake(TestPlane plane) {
        var client = plane.client().send(HANDSHAKE);
        clients.add(client);
        return client;
    }

    private Socket accept() throws IOException {
        var socket = target.accept();
        sockets.add(socket);
        return socket;
    }

    @Test
    void countAsStreams() throws IOException {
        try (var plane = plane(", connections: { max: 2, idle: 2 }")) {
            for (int i = 0; i < 100; i++) {
                handshake(plane);
            }
            accept();
            await().until(() -> asked.get() == 100);
            handshake(plane);
            assertThat(accept().isConnected()).as("one more connection").isTrue();
        }
    }

    @Test
    void goOnElsewhereWhereTheTargetAllowsFewer() throws IOException {
        try (var plane = plane(", retry: { attempts: 1 }, ejection: { failures: 1 }")) {
            for (int i = 0; i < 4; i++) {
                handshake(plane);
            }
            await().until(() -> asked.get() == 4);
            for (int i = 0; i < 4; i++) {
                var socket = accept();
                socket.getOutputStream().write(encoded(FrameClient.SETTINGS, 0, 0, ONE_AT_A_TIME));
                int stream = SilentTarget.head(socket).stream();
                socket.getOutputStream()
                        .write(encoded(FrameClient.HEADERS, FrameClient.END_HEADERS, stream, (byte) 0x88));
            }
            clients.forEach(client -> assertThat(client.read().status()).isEqualTo(101));
            assertThat(plane.meters.find("gatehouse.upstream.ejections").functionCounter())
                    .satisfies(counter -> assertThat(counter.count()).isZero());
        }
    }

    @Test
    void theLastOneToGiveUpEndsAConnectionThatIsLeft() throws IOException {
        try (var plane = plane("")) {
            var first = handshake(plane);
            var socket = accept();
            await().during(Duration.ofMillis(500)).until(() -> asked.get() == 1);
            var last = handshake(plane);
            assertThat(first.read().text())
                    .as("which ends the trust in the connection")
                    .contains("upstream_timeout");
            last.close();
            assertThat(socket.getInputStream().readAllBytes())
                    .as("a goodbye at most")
                    .hasSizeLessThan(100);
        }
    }
}
