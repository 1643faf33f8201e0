package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.transport.Connector;
import io.gatehouse.proxy.http.transport.LoopScratch;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What fails within the gateway while a target is asked is no target's doing, and ends one request. */
@ExtendWith(LeakCheck.class)
class GatewayFailuresTest {
    private final Transport transport = Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "1"));
    private final Connector connector = new Connector(transport, DnsServerAddressStreamProviders.platformDefault());
    private final Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
    private final LoopScratch loop =
            new LoopScratch(transport.onClient(true).next(), UpstreamConnection.LARGEST_HEAD, unexpected::add);

    @AfterEach
    void stop() {
        connector.close();
        transport.disposeLater(Duration.ofMillis(50), Duration.ofSeconds(5)).block();
    }

    private TargetPool pool(Object url) {
        var upstream = TestUpstreams.of("targets: ['%s']".formatted(url));
        return new TargetPool(loop, upstream, upstream.endpoints().getFirst());
    }

    private Asking ask(TargetPool pool, @Nullable Step failing, Throwable failure) {
        var asking = new Asking(pool, failing, failure);
        loop.loop.execute(() -> pool.acquire(connector, asking));
        return asking;
    }

    enum Step {
        CONNECTED,
        BEGINS,
        CONTINUES,
        PAUSES,
        ENDS
    }

    /** A request whose reader fails at one step. */
    private static final class Asking implements Waiter, AnswerReader {
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final CompletableFuture<Throwable> gatewayFailed = new CompletableFuture<>();
        private final TargetCall request;
        private final @Nullable Step failing;
        private final Throwable failure;

        Asking(TargetPool pool, @Nullable Step failing, Throwable failure) {
            this.failing = failing;
            this.failure = failure;
            var get = new TargetCall.Request(
                    HttpMethod.GET, "/", null, "", new FlatHeaders(), Unpooled.EMPTY_BUFFER, OutgoingRequest.NO_BODY);
            this.request = new TargetCall(pool, get, Duration.ofSeconds(5), status -> {});
        }

        private void at(Step step) {
            if (step == failing) {
                switch (failure) {
                    case Error error -> throw error;
                    case RuntimeException exception -> throw exception;
                    default -> throw new AssertionError(failure);
                }
            }
        }

        @Override
        public void connected(TargetStream stream, boolean reused) {
            at(Step.CONNECTED);
            stream.begin(this);
            stream.sendHead(request, Unpooled.EMPTY_BUFFER, false);
            stream.flush();
        }

        @Override
        public void notConnected(Throwable cause, boolean counts) {
            end.complete("not connected");
        }

        @Override
        public void gatewayFailed(Throwable cause) {
            gatewayFailed.complete(cause);
            end.complete("the gateway failed");
        }

        @Override
        public void busy() {
            end.complete("busy");
        }

        @Override
        public boolean isGone() {
            return end.isDone();
        }

        @Override
        public void answerInterim(AnswerHead head) {
            end.complete("an interim answer");
        }

        @Override
        public boolean answerUpgrades(AnswerHead head) {
            return false;
        }

        @Override
        public boolean answerBegins(AnswerHead head) {
            at(Step.BEGINS);
            return true;
        }

        @Override
        public void answerContinues(ByteBuf piece) {
            piece.release();
            at(Step.CONTINUES);
        }

        @Override
        public void answerEnds(@Nullable FlatHeaders trailers) {
            at(Step.ENDS);
            end.complete("answered");
        }

        @Override
        public void answerFails(Throwable cause) {
            end.complete("the target failed");
        }

        @Override
        public void answerPauses() {
            at(Step.PAUSES);
        }

        @Override
        public void requestWritable() {}
    }

    @ParameterizedTest
    @EnumSource
    void overHttp1TheConnectionGoesWithTheRequest(Step step) {
        var failure = new LinkageError("of a plugin");
        try (var origin = TestOrigin.start()) {
            if (step == Step.PAUSES) {
                origin.next(Script.stallAfter("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"));
            }
            var pool = pool(origin.uri());
            var asking = ask(pool, step, failure);
            assertThat(asking.end.join()).isEqualTo("the gateway failed");
            assertThat(asking.gatewayFailed.join()).isSameAs(failure);
            await().until(() -> loop.loop.submit(pool::isEmpty).get());
            assertThat(ask(pool, null, failure).end.join()).isEqualTo("answered");
            assertThat(pool.inFlight()).isZero();
            loop.loop.execute(pool::leave);
        }
    }

    @ParameterizedTest
    @EnumSource
    void overHttp2EveryOtherRequestOnTheConnectionGoesOn(Step step) {
        var failure = new IllegalStateException("a bug");
        try (var target = new FrameTarget()) {
            var held = new CompletableFuture<Runnable>();
            target.next.add((ctx, stream, last) -> held.complete(() -> FrameTarget.hello(ctx, stream, last)));
            var pool = pool(target.start());
            var other = ask(pool, null, failure);
            var release = held.join();
            if (step == Step.PAUSES) {
                target.next.add((ctx, stream, last) -> ctx.writeAndFlush(FrameTarget.head("200", false, stream)));
            }
            var asking = ask(pool, step, failure);
            assertThat(asking.end.join()).isEqualTo("the gateway failed");
            assertThat(asking.gatewayFailed.join()).isSameAs(failure);
            release.run();
            assertThat(other.end.join()).isEqualTo("answered");
            assertThat(ask(pool, null, failure).end.join()).isEqualTo("answered");
            assertThat(target.connections).hasValue(1);
            assertThat(pool.inFlight()).isZero();
            loop.loop.execute(pool::leave);
        }
    }

    @Test
    void oneThatFailsWithItsConnectionHoldsUpNobodyWhoWaitsForIt() {
        try (var target = new FrameTarget()) {
            var pool = pool(target.start());
            var failure = new IllegalStateException("a bug");
            var asking = new Asking(pool, Step.CONNECTED, failure);
            var other = new Asking(pool, null, failure);
            loop.loop.execute(() -> {
                pool.acquire(connector, asking);
                pool.acquire(connector, other);
            });
            assertThat(asking.end.join()).isEqualTo("the gateway failed");
            assertThat(other.end.join()).isEqualTo("answered");
            loop.loop.execute(pool::leave);
        }
    }

    @Test
    void knowsWhoseDoingAFailureIs() {
        var targets = Stream.of(
                new IOException("reset"),
                new SSLException("alert"),
                new DecoderException(new SSLException("alert")),
                new TooLongFrameException("hello"),
                new Http2Exception(Http2Error.PROTOCOL_ERROR),
                MalformedException.badRequest("no head"));
        assertThat(targets).allMatch(Blame::isTargets).allMatch(Blame::isTargetsAddress);
        var own = List.of(
                new OutOfMemoryError("direct"),
                new LinkageError("of a plugin"),
                new IllegalStateException("a bug"),
                new DecoderException(new IllegalStateException("a bug")),
                new ChannelException(new IOException("too many open files")));
        assertThat(own).noneMatch(Blame::isTargets).noneMatch(Blame::isTargetsAddress);
    }
}
