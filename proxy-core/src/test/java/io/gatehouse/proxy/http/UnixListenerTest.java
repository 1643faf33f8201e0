package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.http.target.TestUpstreams;
import io.gatehouse.proxy.http.transport.SocketAddresses;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners on Unix sockets: what they serve, and what becomes of the file. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
class UnixListenerTest {
    private static final String GET =
            "GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 6.6.6.6\r\n" + "Connection: close\r\n\r\n";

    private final TestOrigin origin = TestOrigin.start(Script.of(200, "text/plain", "hello"));

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        origin.close();
    }

    private Path file() {
        return folder.resolve("public.sock");
    }

    private ListenerConfig config(String more) {
        return TestUpstreams.listener("{ name: test, address: 'unix:%s' %s }".formatted(file(), more));
    }

    private DataPlane plane(Transport.Kind kind, ListenerConfig config) {
        return new DataPlane(
                Transport.fromEnvironment(Map.of("GATEHOUSE_LOOPS", "1", "GATEHOUSE_TRANSPORT", kind.wireName())),
                new SimpleMeterRegistry(),
                List.of(config),
                Path.of(""),
                TestPlane.to(TestPlane.upstream(origin.uri())));
    }

    private DataPlane plane(ListenerConfig config) {
        return plane(Transport.Kind.NIO, config);
    }

    private String exchange(String request) throws IOException {
        try (var client = SocketChannel.open(UnixDomainSocketAddress.of(file()))) {
            client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
            return new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void servesLikeAnyOther(Transport.Kind kind) throws Exception {
        try (var plane = plane(kind, config(""))) {
            assertThat(plane.start()).as("it has no port").isEmpty();
            assertThat(plane.listening()).containsExactly("unix:" + file());
            assertThat(plane.isListening()).isTrue();
            assertThat(exchange(GET)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hello");
            var seen = origin.take();
            assertThat(seen.headers().has("x-forwarded-for")).as("nobody knows").isFalse();
            assertThat(seen.header("forwarded")).isEqualTo("for=unknown;host=\"a.example\";proto=http");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-rw----");
            plane.drain(Duration.ofSeconds(5));
            assertThat(file()).doesNotExist();
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void takesTheClientsAddressFromAProxyHeaderAlone() throws Exception {
        try (var plane = plane(config(", proxyProtocol: true, trustedForwarders: [192.0.2.1/32]"))) {
            plane.start();
            assertThat(exchange("PROXY TCP4 203.0.113.9 127.0.0.1 1 2\r\n" + GET))
                    .endsWith("hello");
            assertThat(origin.take().header("x-forwarded-for")).isEqualTo("203.0.113.9");
            assertThat(exchange("PROXY TCP4 192.0.2.1 127.0.0.1 1 2\r\n" + GET)).endsWith("hello");
            assertThat(origin.take().header("x-forwarded-for")).isEqualTo("6.6.6.6, 192.0.2.1");
            assertThat(exchange("PROXY UNKNOWN\r\n" + GET)).endsWith("hello");
            assertThat(origin.take().headers().has("x-forwarded-for")).isFalse();
            assertThat(exchange(GET)).as("it must be there").isEmpty();
        }
    }

    @Test
    void takesThePlaceOfASocketThatNobodyListensOn() throws Exception {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(file()))
                .close();
        assertThat(file()).exists();
        try (var plane = plane(config(", socketMode: '0600'"))) {
            plane.start();
            assertThat(exchange(GET)).endsWith("hello");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void leavesAloneWhatIsNotItsOwn() throws Exception {
        try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var plane = plane(config(""))) {
            other.bind(UnixDomainSocketAddress.of(file()));
            assertThatThrownBy(plane::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("listener `test`: cannot listen on `unix:%s`: another process listens there", file());
            assertThat(file()).exists();
            other.accept().close(); // the question whether somebody listens
            try (var client = SocketChannel.open(UnixDomainSocketAddress.of(file()))) {
                assertThat(client.isConnected()).isTrue();
            }
        }
        Files.delete(file());
        Files.writeString(file(), "kept");
        try (var plane = plane(config(""))) {
            assertThatThrownBy(plane::start).hasMessageContaining("a file is there that is no socket");
        }
        assertThat(file()).hasContent("kept");
    }

    @Test
    @Tag("real")
    void leavesAPipeAlone() throws Exception {
        var made = new ProcessBuilder("mkfifo", file().toString()).start();
        assertThat(made.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(new UnixSocket(file())::makeRoom).hasMessage("a file is there that is no socket");
        assertThat(Files.exists(file())).isTrue();
    }

    @Test
    void takesAwayOnlyTheFileThatItBound() throws Exception {
        var socket = new UnixSocket(file());
        var own = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        own.bind(UnixDomainSocketAddress.of(socket.hide()));
        socket.show(0600);
        Files.move(file(), folder.resolve("moved.sock")); // and so keeps its number
        try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(file()));
            socket.remove();
            assertThat(file()).exists();
        }
        own.close();
    }

    @ParameterizedTest
    @MethodSource("io.gatehouse.proxy.http.TestPlane#transports")
    void leavesTheSocketThatTookItsPlaceAlone(Transport.Kind kind) throws Exception {
        try (var next = plane(kind, config(""))) {
            try (var old = plane(kind, config(""))) {
                old.start();
                Files.delete(file());
                next.start();
            }
            assertThat(file()).exists();
            assertThat(exchange(GET)).endsWith("hello");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void nobodyReachesItBeforeItIsKnownWhoMay() throws Exception {
        var socket = new UnixSocket(file());
        var hidden = socket.hide();
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(hidden));
            assertThat(file()).doesNotExist();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hidden.getParent())))
                    .isEqualTo("rwx------");
            socket.show(0620);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw--w----");
            assertThat(folder).isDirectoryContaining(file()::equals);
            assertThat(hidden.getParent()).doesNotExist();
        }
        socket.remove();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void replacesNothingThatHasComeMeanwhile() throws Exception {
        var socket = new UnixSocket(file());
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket.hide()));
            Files.writeString(file(), "kept");
            assertThatThrownBy(() -> socket.show(0600)).hasMessage("another process has begun to listen there");
        }
        socket.unhide();
        socket.remove();
        assertThat(folder).isDirectoryContaining(file()::equals);
        assertThat(file()).hasContent("kept");
    }

    @Test
    void oneWhoIsTooBusyToTakeAConnectionListens() throws Exception {
        var clients = new ArrayList<SocketChannel>();
        try (var busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(UnixDomainSocketAddress.of(file()), 1);
            assertThatThrownBy(() -> {
                        while (true) {
                            clients.add(SocketChannel.open(StandardProtocolFamily.UNIX));
                            clients.getLast().configureBlocking(false);
                            clients.getLast().connect(UnixDomainSocketAddress.of(file()));
                        }
                    })
                    .as("its backlog is full")
                    .isInstanceOf(SocketException.class);
            assertTimeoutPreemptively(
                    Duration.ofSeconds(5),
                    () -> assertThatThrownBy(new UnixSocket(file())::makeRoom)
                            .hasMessage("another process listens there"));
            assertThat(file()).exists();
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }

    @Test
    void saysThatAFolderIsTooDeepOrNotThere() throws Exception {
        var length = folder.toString().length();
        var deep = Files.createDirectory(folder.resolve("d".repeat(99 - length - 1)));
        for (var path : List.of(deep.resolve("a.sock"), folder.resolve("none").resolve("a.sock"))) {
            var config = TestUpstreams.listener("{ name: test, address: 'unix:%s' }".formatted(path));
            try (var plane = plane(Transport.Kind.NIO, config)) {
                assertThatThrownBy(plane::start)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("cannot listen on `unix:" + path + "`: ")
                        .hasMessageContaining(
                                path.startsWith(deep) ? "its folder's path is too long" : "NoSuchFileException");
            }
        }
        var shorter = Files.createDirectory(folder.resolve("d".repeat(98 - length - 1)));
        assertThat(new UnixSocket(shorter.resolve("a.sock")).hide().toString()).hasSize(107);
    }

    @Test
    void tellsThatOneCannotBeRenamedByReload() throws Exception {
        try (var plane = plane(config(""))) {
            plane.start();
            var renamed = TestUpstreams.listener("{ name: other, address: 'unix:%s' }".formatted(file()));
            assertThatThrownBy(() -> plane.prepare(List.of(renamed), Duration.ofSeconds(5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "listener `other`: listener `test` listens on `unix:%s`: to rename it, or to write its"
                                    + " address in another way, restart the gateway",
                            file());
            assertThat(exchange(GET)).as("and it goes on").endsWith("hello");
        }
    }

    @Test
    void changesItsModeByReloadAndKeepsItsConnections() throws Exception {
        try (var plane = plane(config(""))) {
            plane.start();
            try (var client = SocketChannel.open(UnixDomainSocketAddress.of(file()))) {
                var keyBefore = Files.getAttribute(file(), "unix:ino");
                plane.prepare(List.of(config(", socketMode: '0666'")), Duration.ofSeconds(5))
                        .apply();
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                        .isEqualTo("rw-rw-rw-");
                assertThat(Files.getAttribute(file(), "unix:ino")).isEqualTo(keyBefore);
                client.write(ByteBuffer.wrap(GET.getBytes(StandardCharsets.ISO_8859_1)));
                assertThat(Channels.newInputStream(client).readAllBytes())
                        .asString()
                        .endsWith("hello");
            }
            plane.prepare(List.of(TestUpstreams.listener()), Duration.ofSeconds(5))
                    .apply();
            await().untilAsserted(() -> assertThat(file()).doesNotExist());
            assertThat(plane.addresses()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:", "unix:relative", "unix:/", "unix:/folder/", "unix:/a\0b"})
    void refusesWhatIsNoPath(String address) {
        assertThatThrownBy(() -> SocketAddresses.unixPath(address)).hasMessageStartingWith("expected `unix:/path`");
    }

    @Test
    void refusesWhatTheKernelWouldCutOffAndOtherModes() {
        assertThatThrownBy(() -> SocketAddresses.unixPath("unix:/" + "x".repeat(107)))
                .hasMessageContaining("up to 107 bytes");
        assertThat(SocketAddresses.unixPath("unix:/" + "x".repeat(106))).isAbsolute();
        for (var bad : List.of("660x", "0999", "rw", "01777")) {
            assertThatThrownBy(() -> config(", socketMode: '" + bad + "'")).hasMessageContaining("socketMode");
        }
        assertThatThrownBy(() -> TestUpstreams.listener("{ name: a, address: '127.0.0.1:0', socketMode: '0660' }"))
                .hasMessageContaining("begins with `unix:`");
    }

    @Test
    @Tag("real")
    void servesCurl() throws Exception {
        try (var plane = plane(config(""))) {
            plane.start();
            for (var version : List.of("--http1.1", "--http2-prior-knowledge")) {
                var curl = new ProcessBuilder(
                                "curl", "-s", version, "--unix-socket", file().toString(), "http://a.example/")
                        .start();
                assertThat(curl.getInputStream().readAllBytes()).asString().isEqualTo("hello");
                assertThat(curl.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
