package io.gatehouse.proxy.http.exchange;

import static io.grpc.stub.ClientCalls.asyncBidiStreamingCall;
import static io.grpc.stub.ClientCalls.asyncClientStreamingCall;
import static io.grpc.stub.ClientCalls.blockingServerStreamingCall;
import static io.grpc.stub.ClientCalls.blockingUnaryCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.testkit.LeakCheck;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls of a real gRPC client to a real gRPC server, through the gateway, HTTP/2 on both sides. */
@ExtendWith(LeakCheck.class)
class GrpcTest {
    private static final Metadata.Key<String> SEEN = Metadata.Key.of("x-seen", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> FOR =
            Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> DETAILS = Metadata.Key.of("details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final MethodDescriptor<byte[], byte[]> UNARY = method("Unary", MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> SERVER = method("Server", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<byte[], byte[]> CLIENT = method("Client", MethodType.CLIENT_STREAMING);
    private static final MethodDescriptor<byte[], byte[]> BIDI = method("Bidi", MethodType.BIDI_STREAMING);
    private static final MethodDescriptor<byte[], byte[]> FAIL = method("Fail", MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> HANG = method("Hang", MethodType.UNARY);

    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicReference<String> forwardedFor = new AtomicReference<>();
    private Server server;
    private TestPlane plane;
    private ManagedChannel channel;

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setFullMethodName("test.Echo/" + name)
                .setType(type)
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What one of the streaming calls hears, in order; its end is the last. */
    private static final class Heard implements StreamObserver<byte[]> {
        private final BlockingQueue<String> all = new LinkedBlockingQueue<>();

        @Override
        public void onNext(byte[] value) {
            all.add(text(value));
        }

        @Override
        public void onError(Throwable cause) {
            all.add(Status.fromThrowable(cause).getCode().name());
        }

        @Override
        public void onCompleted() {
            all.add("end");
        }

        String next() throws InterruptedException {
            return String.valueOf(all.poll(10, TimeUnit.SECONDS));
        }
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder("test.Echo")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall((request, answer) -> {
                    answer.onNext(request);
                    answer.onCompleted();
                }))
                .addMethod(SERVER, ServerCalls.asyncServerStreamingCall((request, answer) -> {
                    for (int i = 0; i < 100; i++) {
                        answer.onNext(bytes(text(request) + i));
                    }
                    answer.onCompleted();
                }))
                .addMethod(CLIENT, ServerCalls.asyncClientStreamingCall(answer -> new StreamObserver<>() {
                    private final StringBuilder all = new StringBuilder();

                    @Override
                    public void onNext(byte[] value) {
                        all.append(text(value));
                    }

                    @Override
                    public void onError(Throwable cause) {
                        cancelled.countDown();
                    }

                    @Override
                    public void onCompleted() {
                        answer.onNext(bytes(all.toString()));
                        answer.onCompleted();
                    }
                }))
                .addMethod(BIDI, ServerCalls.asyncBidiStreamingCall(answer -> new StreamObserver<>() {
                    @Override
                    public void onNext(byte[] value) {
                        answer.onNext(value);
                    }

                    @Override
                    public void onError(Throwable cause) {
                        cancelled.countDown();
                    }

                    @Override
                    public void onCompleted() {
                        answer.onCompleted();
                    }
                }))
                .addMethod(FAIL, ServerCalls.asyncUnaryCall((request, answer) -> {
                    var trailers = new Metadata();
                    trailers.put(DETAILS, new byte[] {1, 2, 3});
                    answer.onError(Status.NOT_FOUND
                            .withDescription("no such thing: 50% ü")
                            .asRuntimeException(trailers));
                }))
                .addMethod(HANG, ServerCalls.asyncUnaryCall((request, answer) -> {
                    ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(cancelled::countDown);
                }))
                .build();
    }

    private final class Noting implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            forwardedFor.set(String.valueOf(headers.get(FOR)));
            return Contexts.interceptCall(Context.current(), call, headers, next);
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .maxInboundMessageSize(16 << 20)
                .addService(ServerInterceptors.intercept(service(), new Noting()))
                .build()
                .start();
        through();
    }

    /** Puts the gateway in front, with these filters. */
    private void through(Filter... filters) {
        var target = TestUpstreams.to("targets: ['h2c://127.0.0.1:%d']".formatted(server.getPort()));
        close();
        plane = TestPlane.start(TestPlane.guarded(target, null, filters));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", plane.port())
                .usePlaintext()
                .maxInboundMessageSize(16 << 20)
                .build();
    }

    private void close() {
        if (channel != null) {
            channel.shutdownNow();
            plane.close();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        close();
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void callsOnce() {
        for (int i = 0; i < 10; i++) {
            assertThat(blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, bytes("hello" + i)))
                    .isEqualTo(bytes("hello" + i));
        }
        assertThat(forwardedFor).hasValue("127.0.0.1");
    }

    @Test
    void carriesLargeMessages() {
        var large = new byte[6 << 20];
        new Random(3).nextBytes(large);
        assertThat(blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, large))
                .isEqualTo(large);
    }

    @Test
    void streamsAnswers() {
        var answers = new ArrayList<String>();
        blockingServerStreamingCall(channel, SERVER, CallOptions.DEFAULT, bytes("n"))
                .forEachRemaining(answer -> answers.add(text(answer)));
        assertThat(answers).hasSize(100).startsWith("n0", "n1").endsWith("n99");
    }

    @Test
    void streamsRequests() throws InterruptedException {
        var heard = new Heard();
        var requests = asyncClientStreamingCall(channel.newCall(CLIENT, CallOptions.DEFAULT), heard);
        for (var part : List.of("a", "b", "c")) {
            requests.onNext(bytes(part));
        }
        requests.onCompleted();
        assertThat(heard.next()).isEqualTo("abc");
        assertThat(heard.next()).isEqualTo("end");
    }

    @Test
    void takesManySmallMessagesForNoFlood() throws InterruptedException {
        var heard = new Heard();
        var requests = asyncClientStreamingCall(channel.newCall(CLIENT, CallOptions.DEFAULT), heard);
        for (int i = 0; i < 10_000; i++) { // far more than the frames that may carry nothing
            requests.onNext(bytes(i % 2 == 0 ? "" : "x"));
        }
        requests.onCompleted();
        assertThat(heard.next()).isEqualTo("x".repeat(5_000));
        assertThat(heard.next()).isEqualTo("end");
    }

    @Test
    void talksInBothDirectionsAtOnce() throws InterruptedException {
        var heard = new Heard();
        var requests = asyncBidiStreamingCall(channel.newCall(BIDI, CallOptions.DEFAULT), heard);
        for (int i = 0; i < 50; i++) {
            requests.onNext(bytes("m" + i));
            assertThat(heard.next()).isEqualTo("m" + i);
        }
        requests.onCompleted();
        assertThat(heard.next()).isEqualTo("end");
    }

    @Test
    void passesStatusMessageAndTrailersOn() {
        var failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> blockingUnaryCall(channel, FAIL, CallOptions.DEFAULT, bytes("x")));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.getStatus().getDescription()).isEqualTo("no such thing: 50% ü");
        assertThat(Objects.requireNonNull(failure.getTrailers()).get(DETAILS)).containsExactly(1, 2, 3);
    }

    @Test
    void endsTheCallOfAClientWhoseDeadlineIsOver() throws InterruptedException {
        var failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> blockingUnaryCall(
                        channel, HANG, CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS), bytes("x")));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(cancelled.await(5, TimeUnit.SECONDS))
                .as("the server hears of it")
                .isTrue();
    }

    @Test
    void endsACallThatTheClientCancels() throws InterruptedException {
        var heard = new Heard();
        var call = channel.newCall(BIDI, CallOptions.DEFAULT);
        var requests = asyncBidiStreamingCall(call, heard);
        requests.onNext(bytes("one"));
        assertThat(heard.next()).isEqualTo("one");
        call.cancel("enough", null);
        assertThat(heard.next()).isEqualTo("CANCELLED");
        assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void keepsACallThatSaysNothingForLong() throws Exception {
        close();
        var target = TestUpstreams.to("targets: ['h2c://127.0.0.1:%d']".formatted(server.getPort()));
        plane = TestPlane.start(
                TestPlane.limits(10 << 20, Duration.ofMillis(250), Duration.ofSeconds(75), 10), TestPlane.to(target));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", plane.port())
                .usePlaintext()
                .build();
        var heard = new Heard();
        var requests = asyncBidiStreamingCall(channel.newCall(BIDI, CallOptions.DEFAULT), heard);
        requests.onNext(bytes("a"));
        assertThat(heard.next()).isEqualTo("a");
        assertThat(heard.all.poll(2500, TimeUnit.MILLISECONDS))
                .as("no end by the least rate of bodies")
                .isNull();
        requests.onNext(bytes("b"));
        assertThat(heard.next()).isEqualTo("b");
        requests.onCompleted();
        assertThat(heard.next()).isEqualTo("end");
    }

    private Status denied(int status) {
        through(exchange -> new Denial("test_denied", status, "no", "not for you: 100%").deny());
        return catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, bytes("x")))
                .getStatus();
    }

    @Test
    void deniesInTermsOfGrpc() {
        var forbidden = denied(403);
        assertThat(forbidden.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(forbidden.getDescription()).startsWith("not for you: 100% (test_denied, request ");
        assertThat(denied(401).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(denied(429).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(denied(503).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(denied(409).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(denied(500).getCode()).isEqualTo(Status.Code.INTERNAL);
    }

    @Test
    void saysThatTheServerIsDown() throws InterruptedException {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        var failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, bytes("x")));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure.getStatus().getDescription()).contains("upstream_unreachable");
    }

    @Test
    void bringsMetadataOfTheCallerToTheServer() {
        var own = new Metadata();
        own.put(SEEN, "yes");
        own.put(FOR, "6.6.6.6");
        Channel named = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(own));
        blockingUnaryCall(named, UNARY, CallOptions.DEFAULT, bytes("x"));
        await().untilAsserted(() -> assertThat(forwardedFor).hasValue("127.0.0.1"));
    }
}
