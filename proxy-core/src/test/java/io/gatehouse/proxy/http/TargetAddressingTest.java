package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Targets that are named, and targets behind Unix sockets. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class TargetAddressingTest {
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: a.example\r\n\r\n";
    private static final int TTL_SECONDS = 1;

    /** A name server for one name. */
    private static final class Names implements AutoCloseable {
        private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        private final Channel channel;
        private final AtomicInteger asked = new AtomicInteger();
        private volatile List<String> addresses;

        Names(String... addresses) {
            this.addresses = List.of(addresses);
            channel = new Bootstrap()
                    .group(group)
                    .channel(NioDatagramChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel made) {
                            made.pipeline().addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder());
                            made.pipeline().addLast(new Answering());
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .syncUninterruptibly()
                    .channel();
        }

        InetSocketAddress address() {
            return (InetSocketAddress) channel.localAddress();
        }

        @Override
        public void close() {
            channel.close().syncUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }

        private final class Answering extends SimpleChannelInboundHandler<DatagramDnsQuery> {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) throws IOException {
                var question = query.<DefaultDnsQuestion>recordAt(DnsSection.QUESTION);
                var response = new DatagramDnsResponse(
                        /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
                response.addRecord(DnsSection.QUESTION, question);
                if (question.type().equals(DnsRecordType.A)) {
                    asked.incrementAndGet();
                    for (var address : addresses) {
                        response.addRecord(
                                DnsSection.ANSWER,
                                new DefaultDnsRawRecord(
                                        question.name(),
                                        DnsRecordType.A,
                                        TTL_SECONDS,
                                        Unpooled.wrappedBuffer(
                                                InetAddress.getByName(address).getAddress())));
                    }
                }
                response.setCode(DnsResponseCode.NOERROR);
                ctx.writeAndFlush(response);
            }
        }
    }

    @Test
    void usesEveryAddressOfANameAndNoticesAChange() throws Exception {
        try (var here = TestOrigin.start(Script.of(200, "text/plain", "here"));
                var there = TestOrigin.start(
                        new InetSocketAddress("127.0.0.2", here.port()), Script.of(200, "text/plain", "there"));
                var names = new Names("127.0.0.1")) {
            var upstream = TestUpstreams.of("targets: [http://orders.example:%d]".formatted(here.port()));
            var snapshot = TestPlane.to(new Target.ToUpstream(upstream));
            var platform = Resources.ofPlatform();
            try (var plane = new DataPlane(
                    Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "1")),
                    new SimpleMeterRegistry(),
                    List.of(TestUpstreams.listener()),
                    Path.of(""),
                    snapshot,
                    new Resources(
                            platform.bodies(),
                            platform.connections(),
                            new SingletonDnsServerAddressStreamProvider(names.address())))) {
                int port = plane.start().getFirst().getPort();
                try (var client = RawClient.connect(port)) {
                    assertThat(client.exchange(GET).text()).isEqualTo("here");
                    assertThat(here.take().header("host")).isEqualTo("orders.example:" + here.port());
                    names.addresses = List.of("127.0.0.1", "127.0.0.2");
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> client.exchange(GET).text().equals("there"));
                    await().until(() -> client.exchange(GET).text().equals("here"));
                    assertThat(there.take().header("host")).isEqualTo("orders.example:" + here.port());
                    names.addresses = List.of("127.0.0.2");
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> upstream.endpoints().size() == 1);
                    for (int i = 0; i < 5; i++) {
                        assertThat(client.exchange(GET).text()).isEqualTo("there");
                    }
                    await().untilAsserted(
                                    () -> assertThat(here.openConnections()).isZero());
                    assertThat(names.asked.get())
                            .as("no sooner than every five seconds")
                            .isLessThan(12);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void speaksToUnixSockets(Transport.Kind kind, @TempDir Path folder) throws Exception {
        var path = folder.resolve("app.sock");
        var seen = new CopyOnWriteArrayList<String>();
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            var serving = Thread.ofVirtual().start(() -> {
                try (var peer = server.accept()) {
                    var buffer = ByteBuffer.allocate(4096);
                    for (int i = 0; i < 2; i++) {
                        peer.read(buffer.clear());
                        seen.add(StandardCharsets.US_ASCII.decode(buffer.flip()).toString());
                        peer.write(ByteBuffer.wrap(
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII)));
                    }
                } catch (IOException closed) {
                    seen.add(closed.toString());
                }
            });
            var upstream = TestUpstreams.of("targets: ['unix:%s']".formatted(path));
            try (var plane = new DataPlane(
                    Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "1", "GATEHOUSE_TRANSPORT", kind.wireName())),
                    new SimpleMeterRegistry(),
                    List.of(TestUpstreams.listener()),
                    Path.of(""),
                    TestPlane.to(new Target.ToUpstream(upstream)))) {
                try (var client = RawClient.connect(plane.start().getFirst().getPort())) {
                    assertThat(client.exchange(GET).text()).isEqualTo("ok");
                    assertThat(client.exchange(GET).text()).isEqualTo("ok");
                }
            }
            serving.join();
            assertThat(seen)
                    .hasSize(2)
                    .allSatisfy(
                            request -> assertThat(request).startsWith("GET /hello HTTP/1.1\r\nhost: localhost\r\n"));
        }
    }
}
