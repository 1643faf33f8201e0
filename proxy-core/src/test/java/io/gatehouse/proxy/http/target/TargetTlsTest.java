package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.gatehouse.proxy.tls.ClientTls;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/** TLS to targets: servers of the JDK and of Reactor Netty. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class TargetTlsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    Path folder;

    private X509Bundle authority;

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = builder("authority").setIsCertificateAuthority(true).buildSelfSigned();
        write("ca.pem", authority.getCertificatePEM());
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=" + name);
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.US_ASCII);
    }

    private X509Bundle issue(String dnsName) throws Exception {
        return builder(dnsName).addSanDnsName(dnsName).buildIssuedBy(authority);
    }

    private SSLContext context(X509Bundle server) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(server.toKeyStore(new char[0]), new char[0]);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authority.toKeyStore(new char[0]));
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private TestPlane plane(String url, String tls) {
        return TestPlane.start(TestPlane.to(new Target.ToUpstream(new Upstream(
                "test",
                TestUpstreams.config("{ targets: ['%s'], retry: { attempts: 1 }, tls: { %s } }".formatted(url, tls)),
                folder))));
    }

    private String answer(TestPlane plane) {
        try (plane;
                var client = plane.client()) {
            var answer = client.exchange(GET);
            return answer.status() == 200
                    ? answer.text()
                    : answer.text().replaceAll(".*\"code\":\"(\\w+)\".*\\n", "$1");
        }
    }

    @Test
    void verifiesAuthorityAndName() throws Exception {
        try (var origin =
                TestOrigin.start(context(issue("localhost")), false, Script.of(200, "text/plain", "secret"))) {
            var url = "https://localhost:" + origin.port();
            assertThat(answer(plane(url, "trust: ca.pem"))).isEqualTo("secret");
            assertThat(answer(plane(url, "")))
                    .as("an authority that the JDK knows not")
                    .isEqualTo("upstream_unreachable");
            assertThat(answer(plane("https://127.0.0.1:" + origin.port(), "trust: ca.pem")))
                    .as("another name")
                    .isEqualTo("upstream_unreachable");
            assertThat(answer(plane("https://127.0.0.1:" + origin.port(), "trust: ca.pem, serverName: localhost")))
                    .as("the name that is asked for")
                    .isEqualTo("secret");
            assertThat(answer(plane(url, "trust: ca.pem, serverName: other.example")))
                    .isEqualTo("upstream_unreachable");
            assertThat(answer(plane("https://127.0.0.1:" + origin.port(), "verify: none")))
                    .isEqualTo("secret");
            assertThat(origin.requests())
                    .as("nothing is sent to whom is not trusted")
                    .hasSize(3);
        }
    }

    /** OpenSSL's server answers with what it knows of the connection, and ends it. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    @Tag("real")
    void goesOnWithASessionOnANewConnection(String version) throws Exception {
        var server = issue("localhost");
        var certificate = write("server.pem", server.getCertificatePathPEM()).toString();
        var key = write("server.key", server.getPrivateKeyPEM()).toString();
        int port;
        try (var free = new ServerSocket(0, 1, LOOPBACK)) {
            port = free.getLocalPort();
        }
        var only = "-" + version.toLowerCase(Locale.ROOT).replace("v", "").replace('.', '_');
        var openssl = new ProcessBuilder(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-cert",
                        certificate,
                        "-key",
                        key,
                        "-www",
                        only)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        try (var plane = plane("https://localhost:" + port, "trust: ca.pem");
                var client = plane.client()) {
            await().untilAsserted(() -> assertThat(client.exchange(GET).text()).contains("New, " + version));
            for (int request = 0; request < 3; request++) {
                assertThat(client.exchange(GET).text()).contains("Reused, " + version);
            }
        } finally {
            openssl.destroy();
            assertThat(openssl.waitFor(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void showsItsCertificate() throws Exception {
        var own = issue("gateway");
        write("own.pem", own.getCertificatePathPEM());
        write("own.key", own.getPrivateKeyPEM());
        try (var origin = TestOrigin.start(context(issue("localhost")), true, Script.of(200, "text/plain", "secret"))) {
            var url = "https://localhost:" + origin.port();
            assertThat(answer(plane(url, "trust: ca.pem, certificate: own.pem, key: own.key")))
                    .isEqualTo("secret");
            assertThat(answer(plane(url, "trust: ca.pem"))).isNotEqualTo("secret");
        }
    }

    @Test
    void refusesFilesThatCannotBeUsed() throws Exception {
        write("none.pem", "nothing");
        assertThatThrownBy(() -> plane("https://localhost", "trust: none.pem"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none.pem` holds no certificate");
    }

    @Test
    void readsAChangedFileAsAnotherUpstream() throws Exception {
        var settings = Objects.requireNonNull(TestUpstreams.config("{ targets: ['https://a'], tls: { trust: ca.pem } }")
                .tls());
        var before = ClientTls.fingerprints(settings, folder);
        assertThat(ClientTls.fingerprints(settings, folder)).isEqualTo(before);
        write("ca.pem", issue("x").getCertificatePEM());
        assertThat(ClientTls.fingerprints(settings, folder)).isNotEqualTo(before);
    }

    private DisposableServer http2(X509Bundle server, List<String> protocols, HttpProtocol... spoken) throws Exception {
        var context = SslContextBuilder.forServer(server.toKeyManagerFactory());
        if (protocols.contains("h2")) {
            context.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    protocols));
        }
        var built = context.build();
        return HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .protocol(spoken)
                .secure(spec -> spec.sslContext(built))
                .handle((request, response) ->
                        response.sendString(Mono.just(request.version().text())))
                .bindNow();
    }

    @Test
    void leavesNoConnectionThatStandsOnlyAfterACheckIsOver() throws Exception {
        try (var server = context(issue("localhost")).getServerSocketFactory().createServerSocket(0, 50, LOOPBACK);
                var plane = plane(
                        "https://localhost:" + server.getLocalPort(),
                        "trust: ca.pem }, protocol: http2, health: { path: /, interval: 1h, timeout: 300ms, unhealthy: 1");
                var checked = (SSLSocket) server.accept()) {
            await().untilAsserted(() -> assertThat(plane.meters
                            .get("gatehouse.upstream.target.available")
                            .gauge()
                            .value())
                    .isZero());
            var protocols = checked.getSSLParameters();
            protocols.setApplicationProtocols(new String[] {"h2"});
            checked.setSSLParameters(protocols);
            checked.setSoTimeout(5000);
            assertThat(new String(checked.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .as("all that is said before the end")
                    .startsWith("PRI * HTTP/2.0");
        }
    }

    /** Answers one request without saying how long the answer is; {@code orderly}: whether TLS is told of its end. */
    private void answerUntilClose(
            ServerSocket server, SSLContext context, boolean orderly, CompletableFuture<Void> read) throws Exception {
        try (var raw = server.accept()) {
            var tls = (SSLSocket) context.getSocketFactory().createSocket(raw, null, false);
            var in = tls.getInputStream();
            for (int crlf = 0; crlf < 4; ) {
                int next = in.read();
                crlf = next == '\r' || next == '\n' ? crlf + 1 : 0;
            }
            tls.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
            read.get(5, TimeUnit.SECONDS);
            if (orderly) {
                tls.close();
            }
        }
    }

    @Test
    void takesABareEndOfTheConnectionForNoEndOfABody() throws Exception {
        var context = context(issue("localhost"));
        for (boolean orderly : List.of(true, false)) {
            var read = new CompletableFuture<Void>();
            try (var server = new ServerSocket(0, 50, LOOPBACK);
                    var plane = plane("https://localhost:" + server.getLocalPort(), "trust: ca.pem");
                    var client = plane.client()) {
                var target = CompletableFuture.runAsync(() -> {
                    try {
                        answerUntilClose(server, context, orderly, read);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
                assertThat(client.send(GET).readHead().status()).isEqualTo(200);
                assertThat(client.readBytes(10)).isEqualTo("5\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
                read.complete(null);
                if (orderly) {
                    assertThat(client.readBytes(5)).isEqualTo("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } else {
                    assertThat(client.awaitClose()).isTrue();
                }
                assertThat(target).succeedsWithin(Duration.ofSeconds(5));
            }
        }
    }

    /** Agrees to a WebSocket; {@code whole} is what it heard once TLS tells it that nothing more comes. */
    private static final class Listening extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final StringBuilder heard = new StringBuilder();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var bytes = (ByteBuf) message;
            heard.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            int end = heard.indexOf("\r\n\r\n");
            if (end >= 0) {
                heard.delete(0, end + 4);
                var agreed = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: " + WebSocketHandshake.accept(KEY) + "\r\n\r\n";
                ctx.writeAndFlush(Unpooled.copiedBuffer(agreed, StandardCharsets.ISO_8859_1));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess()) {
                whole.complete(heard.toString());
                ctx.close();
            }
        }
    }

    @Test
    void tellsTheTargetWithinTlsThatAWebSocketEnds() throws Exception {
        var context = SslContextBuilder.forServer(issue("localhost").toKeyManagerFactory())
                .build();
        var listening = new Listening();
        var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        var server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(context.newHandler(channel.alloc()), listening);
                    }
                })
                .bind(new InetSocketAddress(LOOPBACK, 0))
                .syncUninterruptibly()
                .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        try (var plane = plane("https://localhost:" + port, "trust: ca.pem");
                var client = plane.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(101);
            client.send("all of it").endOutput();
            assertThat(listening.whole).succeedsWithin(Duration.ofSeconds(5)).isEqualTo("all of it");
            assertThat(client.awaitClose()).isTrue();
        } finally {
            server.close().syncUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void agreesOnTheProtocolByAlpn() throws Exception {
        var both = http2(issue("localhost"), List.of("h2", "http/1.1"), HttpProtocol.H2, HttpProtocol.HTTP11);
        var old = http2(issue("localhost"), List.of(), HttpProtocol.HTTP11);
        try {
            var seen = new CopyOnWriteArrayList<String>();
            for (var server : List.of(both, old)) {
                for (var protocol : List.of("auto", "http1", "http2")) {
                    var config = "{ targets: ['https://localhost:%d'], protocol: %s, tls: { trust: ca.pem } }"
                            .formatted(server.port(), protocol);
                    seen.add(answer(TestPlane.start(TestPlane.to(
                            new Target.ToUpstream(new Upstream("test", TestUpstreams.config(config), folder))))));
                }
            }
            assertThat(seen)
                    .containsExactly(
                            "HTTP/2.0", "HTTP/1.1", "HTTP/2.0", "HTTP/1.1", "HTTP/1.1", "upstream_unreachable");
        } finally {
            both.disposeNow();
            old.disposeNow();
        }
    }
}
