package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.filter.BodyTransform;
import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.DecisionLog;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.client.FrameClient;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** Whatever a filter throws, even what no program should catch, ends its request, once and whole, and no other. */
@ExtendWith(LeakCheck.class)
class FailingFiltersTest {
    private static final String HEAD = "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final BodyBudget bodies = new BodyBudget(1 << 20);
    private final TestPlane plane = TestPlane.start(bodies, TestPlane.to(TestPlane.upstream(origin.uri())));
    private final List<Outcome> ends = new CopyOnWriteArrayList<>();

    /** Where a filter fails, and what becomes of the request then. */
    enum Place {
        REQUEST(503, Outcome.Cause.DENIED),
        RESPONSE(503, Outcome.Cause.FAILED),
        OWN_RESPONSE(503, Outcome.Cause.FAILED),
        PIECE(0, Outcome.Cause.FAILED),
        END_OF_BODY(0, Outcome.Cause.FAILED),
        CLOSE(200, Outcome.Cause.SERVED),
        END(200, Outcome.Cause.SERVED),
        LOG_OF_DECISION(503, Outcome.Cause.FAILED),
        LOG_OF_END(200, Outcome.Cause.SERVED),
        STREAM(0, Outcome.Cause.FAILED);

        /** 0: none, the answer breaks off. */
        final int status;

        final Outcome.Cause cause;

        Place(int status, Outcome.Cause cause) {
            this.status = status;
            this.cause = cause;
        }
    }

    private void fail(Place here, Place place) {
        if (here == place) {
            throw new NoClassDefFoundError("a part of the plugin that nobody installed");
        }
    }

    private final class Transform implements BodyTransform {
        private final Place place;

        Transform(Place place) {
            this.place = place;
        }

        @Override
        public ByteBuf piece(ByteBuf piece) {
            if (place == Place.PIECE) {
                piece.release();
            }
            fail(Place.PIECE, place);
            return piece;
        }

        @Override
        public ByteBuf flush() {
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        public ByteBuf end() {
            fail(Place.END_OF_BODY, place);
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        public void close() {
            fail(Place.CLOSE, place);
        }
    }

    private Filter failing(Place place) {
        return new Filter() {
            @Override
            public BodyUse requestBody() {
                return BodyUse.READ;
            }

            @Override
            public Verdict onRequest(Exchange exchange) {
                if (exchange.path().equals("/well")) {
                    return Verdict.NEXT;
                }
                fail(Place.REQUEST, place);
                if (place == Place.STREAM) {
                    Flux<ByteBuf> broken = Flux.generate(sink -> fail(Place.STREAM, place));
                    return LocalResponse.stream(200, "text/plain", broken).answer();
                }
                return place == Place.OWN_RESPONSE
                        ? LocalResponse.of(200, "text/plain", "own").answer()
                        : Verdict.NEXT;
            }

            @Override
            public void onResponse(Exchange exchange, ResponseHead head) {
                if (!exchange.path().equals("/well")) {
                    fail(Place.RESPONSE, place);
                    fail(Place.OWN_RESPONSE, place);
                    head.transformBody(new Transform(place));
                }
            }

            @Override
            public void onEnd(Exchange exchange, Outcome outcome) {
                fail(Place.END, place);
            }
        };
    }

    private @Nullable DecisionLog log(Place place) {
        return new DecisionLog() {
            @Override
            public Verdict decided(Exchange exchange, @Nullable Denial denial) {
                if (!exchange.path().equals("/well")) {
                    fail(Place.LOG_OF_DECISION, place);
                }
                return Verdict.NEXT;
            }

            @Override
            public void ended(Exchange exchange, Outcome outcome) {
                fail(Place.LOG_OF_END, place);
            }
        };
    }

    private void guard(Place place) {
        Filter watching = new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onEnd(Exchange exchange, Outcome outcome) {
                ends.add(outcome);
            }
        };
        plane.plane().swap(TestPlane.guarded(TestPlane.upstream(origin.uri()), log(place), watching, failing(place)));
    }

    private void endedAs(Place place, int requests) {
        await().until(() -> ends.size() >= requests);
        assertThat(ends).hasSize(requests);
        assertThat(ends.getFirst().cause()).isEqualTo(place.cause);
        assertThat(bodies.used()).isZero();
    }

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void endTheirRequestOverHttp1(Place place) {
        guard(place);
        try (var client = plane.client()) {
            client.send(HEAD.formatted("/failing"));
            if (place.status == 0) {
                assertThat(new String(client.readToEnd(), StandardCharsets.US_ASCII))
                        .doesNotContain("503");
            } else {
                assertThat(client.read().status()).isEqualTo(place.status);
            }
        }
        endedAs(place, 1);
        try (var client = plane.client()) {
            assertThat(client.exchange(HEAD.formatted("/well")).text()).isEqualTo("hello");
        }
        endedAs(place, 2);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void endTheirRequestAndNoOtherOverHttp2(Place place) {
        guard(place);
        try (var client = FrameClient.connect(plane.port())) {
            client.post(1, "/failing").data(1, "hello", true);
            if (place.status == 0) {
                assertThat(client.awaitReset(1)).isPositive();
            } else {
                assertThat(client.answer(1).status()).isEqualTo(place.status);
            }
            endedAs(place, 1);
            client.post(3, "/well").data(3, "hello", true);
            assertThat(client.answer(3).body).hasToString("hello");
            endedAs(place, 2);
        }
    }
}
