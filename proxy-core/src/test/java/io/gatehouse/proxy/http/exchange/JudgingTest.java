package io.gatehouse.proxy.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.policy.Decision;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.DecisionLog;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Parking;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.client.FrameClient;
import io.gatehouse.testkit.BlockingCheck;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** How a request is judged, held, answered and recorded: filters on a real connection. */
@ExtendWith({LeakCheck.class, BlockingCheck.class})
class JudgingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    private static final Denial DENIAL = new Denial("test_denied", 403, "forbidden", "not today");

    private final TestOrigin origin = TestOrigin.start(Script.echo());
    private final TestPlane plane = TestPlane.start(TestPlane.to(TestPlane.upstream(origin.uri())));
    private final List<Outcome> ends = new CopyOnWriteArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        plane.close();
        origin.close();
    }

    private void guard(Filter... filters) {
        guard(null, filters);
    }

    private void guard(@Nullable DecisionLog decisionLog, Filter... filters) {
        var all = new Filter[filters.length + 1];
        all[0] = new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onEnd(Exchange exchange, Outcome outcome) {
                ends.add(outcome);
            }
        };
        System.arraycopy(filters, 0, all, 1, filters.length);
        plane.plane().swap(TestPlane.guarded(TestPlane.upstream(origin.uri()), decisionLog, all));
    }

    private Outcome onlyEnd() {
        await().until(() -> !ends.isEmpty());
        assertThat(ends).hasSize(1);
        return ends.getFirst();
    }

    @Test
    void deniesWithAProblemDocument() {
        guard(exchange -> DENIAL.deny());
        try (var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).contains("\"code\":\"test_denied\"", "\"detail\":\"not today\"");
            assertThat(client.exchange(GET).status()).isEqualTo(403);
        }
        assertThat(origin.calls()).isZero();
        assertThat(ends).allMatch(end -> end.cause() == Outcome.Cause.DENIED && !end.forwarded());
    }

    @Test
    void deniesInTermsOfGrpcNothingButCalls() {
        guard(exchange -> DENIAL.deny());
        try (var client = plane.client()) {
            var answer =
                    client.exchange(POST.replace("Content-Length", "Content-Type: application/grpc\r\nContent-Length"));
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).contains("test_denied");
        }
        try (var client = FrameClient.connect(plane.port())) {
            var call = client.post(1, "/", "content-type", "application/grpc").data(1, "", true);
            assertThat(call.answer(1).trailers).containsEntry("grpc-status", "7"); // behind a head that ends the stream
            client.post(3, Snapshot.RESERVED + "none", "content-type", "application/grpc")
                    .data(3, "", true);
            assertThat(client.answer(3).status()).isEqualTo(404);
            assertThat(client.answer(3).header("grpc-status")).isNull();
        }
    }

    @Test
    void sendsADenialThatFollowsAForwardedRequest() {
        guard(exchange -> exchange.path().equals("/denied") ? DENIAL.deny() : Verdict.NEXT);
        try (var client = plane.client()) {
            client.send(GET + "GET /denied HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.read().status()).isEqualTo(403);
        }
    }

    @Test
    void readsNoFurtherWhereAClientTakesNoAnswers() {
        int requests = 200;
        var answer = "x".repeat(256 << 10);
        var judged = new AtomicInteger();
        guard(exchange -> {
            judged.incrementAndGet();
            return LocalResponse.of(200, "text/plain", answer).answer();
        });
        try (var client = plane.client()) {
            client.send(GET.repeat(requests));
            await().until(() -> judged.get() > 0);
            await().during(Duration.ofMillis(300)).until(() -> judged.get() < requests / 2);
            for (int i = 0; i < requests; i++) {
                assertThat(client.read().text()).hasSize(answer.length());
            }
        }
    }

    @Test
    void readsALargeBodyAfterALongWait() {
        var seen = new CopyOnWriteArrayList<String>();
        var body = "x".repeat(1 << 20);
        guard(
                exchange -> new Verdict.Later(Mono.delay(Duration.ofMillis(200)).thenReturn(Verdict.Next.NEXT)),
                reading(seen));
        try (var client = plane.client().timeout(Duration.ofSeconds(10))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(client.read().text()).isEqualTo(body);
        }
        assertThat(seen).containsExactly(body);
    }

    @Test
    void refusesABrokenBodyOnce() {
        var recorded = Sinks.<Verdict.Settled>one();
        guard(recording(new Verdict.Later(recorded.asMono())), reading(new CopyOnWriteArrayList<>()));
        try (var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            await().until(() -> log.size() == 1);
            client.send("zz\r\n");
            await().during(Duration.ofMillis(200)).until(() -> log.size() == 1);
            recorded.tryEmitValue(Verdict.NEXT);
            assertThat(client.read().status()).isEqualTo(400);
        }
        assertThat(log).containsExactly("decided malformed_request", "ended malformed_request");
    }

    @Test
    void failsClosedWhateverAFilterDoes() {
        for (Filter broken : List.<Filter>of(
                exchange -> {
                    throw new IllegalStateException("secret detail");
                },
                exchange -> new Verdict.Later(Mono.error(new IllegalStateException("secret detail"))),
                exchange -> new Verdict.Later(Mono.empty()),
                exchange -> new Verdict.Later(Mono.never()))) {
            ends.clear();
            guard(broken);
            try (var client = plane.client()) {
                var answer = client.exchange(GET);
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).contains("filter_failed").doesNotContain("secret");
            }
            assertThat(onlyEnd().code()).isEqualTo("filter_failed");
        }
        assertThat(origin.calls()).isZero();
    }

    @Test
    void goesOnAfterWaitingOnTheSameLoop() {
        var threads = new CopyOnWriteArrayList<String>();
        guard(
                exchange -> {
                    threads.add(Thread.currentThread().getName());
                    return new Verdict.Later(Mono.delay(Duration.ofMillis(20)).thenReturn(Verdict.Next.NEXT));
                },
                exchange -> {
                    threads.add(Thread.currentThread().getName());
                    return Verdict.NEXT;
                });
        try (var client = plane.client()) {
            assertThat(client.exchange(POST).text()).isEqualTo("hello");
        }
        assertThat(threads).hasSize(2);
        assertThat(threads.get(0)).isEqualTo(threads.get(1));
        assertThat(onlyEnd().code()).isEqualTo("served");
    }

    @Test
    void readsTheBodyBeforeTheFilterThatNeedsIt() {
        var seen = new CopyOnWriteArrayList<String>();
        guard(reading(seen), new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                exchange.body(Unpooled.copiedBuffer("replaced", StandardCharsets.UTF_8));
                return Verdict.NEXT;
            }

            @Override
            public BodyUse requestBody() {
                return BodyUse.REWRITE;
            }
        });
        try (var client = plane.client()) {
            assertThat(client.exchange(POST).text()).isEqualTo("replaced");
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n");
            await().until(() -> ends.size() == 1);
            assertThat(client.send("2\r\nlo\r\n0\r\n\r\n").read().text()).isEqualTo("replaced");
        }
        assertThat(seen).containsExactly("hello", "hello");
    }

    private static Filter reading(List<String> seen) {
        return new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                seen.add(exchange.body().toString(StandardCharsets.UTF_8));
                return Verdict.NEXT;
            }

            @Override
            public BodyUse requestBody() {
                return BodyUse.READ;
            }
        };
    }

    @Test
    void deniesBeforeTheBodyIsReadWhereAnEarlierFilterDenies() {
        guard(exchange -> DENIAL.deny(), reading(new CopyOnWriteArrayList<>()));
        try (var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n");
            var answer = client.read();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("connection")).isEqualTo("close");
        }
    }

    @Test
    void answersByItselfWithBytesOrAStream() {
        guard(exchange -> exchange.path().equals("/stream")
                ? LocalResponse.stream(
                                200,
                                "text/event-stream",
                                Flux.range(0, 100)
                                        .delayElements(Duration.ofMillis(1))
                                        .map(i -> Unpooled.copiedBuffer("data: " + i + "\n\n", StandardCharsets.UTF_8)))
                        .answer()
                : LocalResponse.of(200, "text/plain", "local").answer());
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).text()).isEqualTo("local");
            assertThat(client.exchange("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
                            .text())
                    .startsWith("data: 0\n\n")
                    .endsWith("data: 99\n\n");
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().header("content-length")).isEqualTo("5");
        }
    }

    @Test
    void letsFiltersSeeTheAnswerInReverse() {
        guard(naming("one"), naming("two"));
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).headers().values("x-seen")).containsExactly("two", "one");
        }
    }

    private static Filter naming(String name) {
        return new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onResponse(Exchange exchange, ResponseHead head) {
                head.headers().add("X-Seen", name);
            }
        };
    }

    @Test
    void neverLetsAFilterBreakALine() {
        guard(new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onResponse(Exchange exchange, ResponseHead head) {
                head.headers().set("X-A", "b\r\nX-Evil: 1");
            }
        });
        try (var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers().has("x-evil")).isFalse();
        }
    }

    @Test
    void answersWhereAFilterFailsAtTheAnswerWithoutFilters() {
        var asked = new AtomicInteger();
        guard(new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return exchange.path().equals("/local")
                        ? LocalResponse.of(200, "text/plain", "local").answer()
                        : Verdict.NEXT;
            }

            @Override
            public void onResponse(Exchange exchange, ResponseHead head) {
                asked.incrementAndGet();
                throw new IllegalStateException("no sight of answers");
            }
        });
        try (var client = plane.client()) {
            for (var path : List.of("/local", "/relayed")) {
                var answer = client.exchange(GET.replace("/ ", path + " "));
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).contains("filter_failed");
            }
        }
        assertThat(asked).hasValue(2);
        await().until(() -> ends.size() == 2);
        assertThat(ends).allSatisfy(end -> {
            assertThat(end.cause()).isEqualTo(Outcome.Cause.FAILED);
            assertThat(end.code()).isEqualTo("filter_failed");
        });
    }

    /** Parks once, and passes where the request comes back. */
    private static class Parks implements TestPlane.Approving {
        private final Sinks.One<Verdict.Settled> decision = Sinks.one();
        private final Duration limit;
        private final AtomicInteger cancelled = new AtomicInteger();
        private final AtomicInteger parked = new AtomicInteger();

        Parks(Duration limit) {
            this.limit = limit;
        }

        @Override
        public BodyUse requestBody() {
            return BodyUse.READ;
        }

        @Override
        public Verdict onRequest(Exchange exchange) {
            if (exchange.resumed()) {
                return Verdict.NEXT;
            }
            parked.incrementAndGet();
            var waiting = decision.asMono().doOnCancel(cancelled::incrementAndGet);
            return new Parking(
                            waiting,
                            limit,
                            LocalResponse.of(202, "text/plain", "waiting").answer())
                    .park();
        }
    }

    @Test
    void resumesAParkedRequestAsItWas() {
        var parks = new Parks(Duration.ofSeconds(20));
        Filter changing = exchange -> {
            exchange.requestHeaders().add("x-count", "1");
            return Verdict.NEXT;
        };
        guard(changing, parks);
        try (var client = plane.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nAuthorization: k\r\nContent-Length: 5\r\n\r\nhello");
            await().until(() -> parks.parked.get() == 1);
            assertThat(origin.calls()).isZero();
            parks.decision.tryEmitValue(Verdict.NEXT);
            assertThat(client.read().text()).isEqualTo("hello");
        }
        assertThat(origin.requests().getFirst().headers().values("x-count")).containsExactly("1");
        assertThat(onlyEnd().code()).isEqualTo("served");
    }

    @Test
    void judgesAParkedRequestOnTheSnapshotOfNow() {
        var parks = new Parks(Duration.ofSeconds(20));
        guard(parks);
        try (var client = plane.client()) {
            client.send(POST);
            await().until(() -> parks.parked.get() == 1);
            guard(exchange -> DENIAL.deny());
            parks.decision.tryEmitValue(Verdict.NEXT);
            assertThat(client.read().status()).isEqualTo(403);
        }
        assertThat(origin.calls()).isZero();
        // two filters, of the chain that it was parked in and of the one that denied: each hears of the one end, once
        assertThat(ends).extracting(Outcome::code).containsExactly("test_denied", "test_denied");
    }

    @Test
    void tellsAFilterThatAReloadKeptOfTheEndOnce() {
        var told = new AtomicInteger();
        Parks parks = new Parks(Duration.ofSeconds(20)) {
            @Override
            public void onEnd(Exchange exchange, Outcome outcome) {
                told.incrementAndGet();
            }
        };
        guard(parks);
        try (var client = plane.client()) {
            client.send(POST);
            await().until(() -> parks.parked.get() == 1);
            guard(parks);
            parks.decision.tryEmitValue(Verdict.NEXT);
            assertThat(client.read().text()).isEqualTo("hello");
        }
        await().until(() -> ends.size() == 2);
        assertThat(ends).extracting(Outcome::code).containsOnly("served");
        assertThat(told).hasValue(1);
    }

    @Test
    void answersAParkedRequestAtItsLimit() {
        guard(new Parks(Duration.ofMillis(50)));
        try (var client = plane.client()) {
            assertThat(client.exchange(POST).status()).isEqualTo(202);
            assertThat(client.exchange(POST).status()).isEqualTo(202);
        }
    }

    @Test
    void cancelsAParkedRequestWhenTheClientLeaves() {
        var parks = new Parks(Duration.ofSeconds(20));
        guard(parks);
        try (var client = plane.client()) {
            client.send(POST);
            await().until(() -> parks.parked.get() == 1);
        }
        await().until(() -> parks.cancelled.get() == 1);
        assertThat(onlyEnd().cause()).isEqualTo(Outcome.Cause.CANCELLED);
    }

    @Test
    void neverForwardsADecisionThatNeedsAnApprovalNobodyGave() {
        guard(exchange -> {
            exchange.decision(
                    new Decision(Decision.Verdict.NEEDS_APPROVAL, List.of(), "v", List.of(), List.of(), List.of()));
            return Verdict.NEXT;
        });
        try (var client = plane.client()) {
            var answer = client.exchange(GET);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).contains("approval_required");
        }
        assertThat(origin.calls()).isZero();
    }

    private DecisionLog recording(Verdict verdict) {
        return new DecisionLog() {
            @Override
            public Verdict decided(Exchange exchange, @Nullable Denial denial) {
                log.add("decided " + (denial == null ? "pass" : denial.code()));
                return verdict;
            }

            @Override
            public void ended(Exchange exchange, Outcome outcome) {
                log.add("ended " + outcome.code());
            }
        };
    }

    @Test
    void recordsTheDecisionBeforeAndTheOutcomeAfter() {
        guard(recording(Verdict.NEXT));
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
        guard(recording(new Verdict.Later(Mono.just(Verdict.Next.NEXT))), exchange -> DENIAL.deny());
        try (var client = plane.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(403);
        }
        assertThat(log).containsExactly("decided pass", "ended served", "decided test_denied", "ended test_denied");
    }

    @Test
    void forwardsNothingThatCannotBeRecorded() {
        for (Verdict refusing : List.of(
                new Denial("audit_unavailable", 503, "unavailable", "not recorded").deny(),
                new Verdict.Later(Mono.error(new IllegalStateException("disk"))),
                new Verdict.Later(Mono.<Verdict.Settled>empty()))) {
            guard(recording(refusing));
            try (var client = plane.client()) {
                assertThat(client.exchange(GET).status()).isEqualTo(503);
            }
        }
        assertThat(origin.calls()).isZero();
    }

    @Test
    void keepsNoMoreOfBodiesThanTheBudgetAllows() {
        var parks = new Parks(Duration.ofSeconds(20));
        var budget = new BodyBudget(25_000);
        var body = "x".repeat(10_000);
        var request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n" + body;
        var snapshot = TestPlane.guarded(TestPlane.upstream(origin.uri()), null, parks);
        try (var tight = TestPlane.start(budget, snapshot);
                var one = tight.client();
                var two = tight.client();
                var three = tight.client()) {
            one.send(request);
            two.send(request);
            await().until(() -> parks.parked.get() == 2);
            var refused = three.exchange(request);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("overloaded");
            parks.decision.tryEmitValue(Verdict.NEXT);
            assertThat(one.read().text()).isEqualTo(body);
            assertThat(two.read().text()).isEqualTo(body);
            await().until(() -> budget.used() == 0);
        }
    }
}
