package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.exchange.BodyBudget;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What bodies take of the memory that they share comes back where there is none for their bytes. */
final class BodyMemoryTest {
    /** Of nothing but the bodies here. */
    private static final int ODD = 499;

    private static final String BODY = "x".repeat(ODD);

    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestOrigin copies = TestOrigin.start(Script.echo());
    private final BodyBudget budget = new BodyBudget(100_000);

    @AfterEach
    void stop() {
        origin.close();
        copies.close();
    }

    /** Has no room for a body. */
    private static final class Full extends AbstractByteBufAllocator {
        @Override
        protected ByteBuf newHeapBuffer(int first, int most) {
            requireOther(first);
            return UnpooledByteBufAllocator.DEFAULT.heapBuffer(first, most);
        }

        @Override
        protected ByteBuf newDirectBuffer(int first, int most) {
            requireOther(first);
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(first, most);
        }

        private static void requireOther(int bytes) {
            if (bytes == ODD) {
                throw new OutOfMemoryError("of the test");
            }
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    private static void starve(TestPlane plane) {
        var state = plane.state();
        state.loop
                .submit(() -> state.clients().forEach(client -> {
                    var context = client instanceof Http2ClientConnection http2
                            ? http2.context()
                            : ((ClientConnection) client).context();
                    context.channel().config().setAllocator(new Full());
                }))
                .syncUninterruptibly();
    }

    @Test
    void ofABodyThatWaitsForItsJudgement() {
        var snapshot =
                TestPlane.guarded(TestPlane.upstream(origin.uri()), null, exchange -> new Verdict.Later(Mono.never()));
        try (var plane = TestPlane.start(budget, snapshot);
                var client = FrameClient.connect(plane.port())) {
            client.post(1, "/").roundTrip();
            starve(plane);
            client.data(1, BODY, false);
            assertThat(client.answer(1).status()).isEqualTo(503);
            await().until(() -> budget.used() == 0);
        }
    }

    @Test
    void ofACopyThatIsLeftOutForIt() {
        var copy = new Upstream("copy", TestUpstreams.config("targets: [%s]".formatted(copies.uri())));
        var route = new Route(
                new RouteInfo("all", "default", List.of()),
                FilterChain.EMPTY,
                TestPlane.upstream(origin.uri()),
                0,
                null,
                new Route.Mirror(copy, 1));
        var all = new RouteTable.Entry<>("all", List.of(), false, PathPattern.parse("/**"), Set.<String>of(), route);
        var snapshot = new Snapshot(
                new RouteTable<>(List.of(all)), TestPlane.to(route.target()).policies());
        try (var plane = TestPlane.start(budget, snapshot);
                var client = plane.client()) {
            client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            starve(plane);
            var post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + ODD + "\r\n\r\n" + BODY;
            assertThat(client.exchange(post).text()).isEqualTo(BODY);
            assertThat(budget.used()).isZero();
            assertThat(plane.meters
                            .get("gatehouse.upstream.mirror.dropped")
                            .tag("upstream", "copy")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
        }
    }
}
