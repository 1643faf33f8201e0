package io.gatehouse.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A real HTTP/1.1 server on a free loopback port that answers as told, records what it got, and can misbehave to the byte.
 * It reads with blocking sockets on virtual threads, so that nothing of what it tests is used to test it.
 */
public final class TestOrigin implements AutoCloseable {
    private final ServerSocket server;
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<RecordedRequest> untaken = new LinkedBlockingQueue<>();
    private final Queue<Script> next = new ConcurrentLinkedQueue<>();
    private final Map<String, Script> byPath = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Script otherwise;

    private volatile @Nullable Thread accepting;

    private TestOrigin(ServerSocket server, Script otherwise) {
        this.server = server;
        this.otherwise = otherwise;
    }

    /** An origin that answers {@code hello}. */
    public static TestOrigin start() {
        return start(Script.of(200, "text/plain", "hello"));
    }

    public static TestOrigin start(Script otherwise) {
        return start(0, otherwise);
    }

    /** An origin on a port that is known to be free, such as that of one closed before. */
    public static TestOrigin start(int port, Script otherwise) {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), otherwise);
    }

    /** An origin on an address of this machine. */
    public static TestOrigin start(InetSocketAddress address, Script otherwise) {
        try {
            return start(new ServerSocket(), address, otherwise);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An origin that speaks TLS. */
    public static TestOrigin start(SSLContext tls, boolean clientCertificates, Script otherwise) {
        try {
            var server = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket();
            server.setNeedClientAuth(clientCertificates);
            return start(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), otherwise);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TestOrigin start(ServerSocket server, InetSocketAddress address, Script otherwise) {
        try {
            server.setReuseAddress(true);
            server.bind(address, 1024);
            var origin = new TestOrigin(server, otherwise);
            origin.accepting = Thread.ofVirtual().name("origin-accept").start(origin::accept);
            return origin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What answers a request that no other script takes. */
    public TestOrigin otherwise(Script script) {
        otherwise = script;
        return this;
    }

    /** What answers requests for one path. */
    public TestOrigin at(String path, Script script) {
        byPath.put(path, script);
        return this;
    }

    /** What answers the next request, whatever it asks for; several are used in turn. */
    public TestOrigin next(Script script) {
        next.add(script);
        return this;
    }

    public int port() {
        return server.getLocalPort();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    /** Such as {@code http://127.0.0.1:41234}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** All requests so far, in order of arrival. */
    public List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /** How many requests came so far. */
    public int calls() {
        return requests.size();
    }

    /** The next request that was not taken yet; waits up to 5 s for it. */
    public RecordedRequest take() throws InterruptedException {
        var request = untaken.poll(5, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request reached the origin within 5 s");
        }
        return request;
    }

    /** How many connections were accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** How many connections are open now. */
    public int openConnections() {
        return open.size();
    }

    /** Ends the connections that are open, and goes on listening. */
    public void closeConnections() {
        open.forEach(TestOrigin::closeQuietly);
    }

    @Override
    public void close() {
        try {
            server.close();
            var thread = accepting;
            if (thread != null) {
                thread.join(); // only then does the port refuse connections
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeConnections();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                int number = connections.incrementAndGet();
                open.add(socket);
                if (server.isClosed()) {
                    closeQuietly(socket);
                }
                Thread.ofVirtual().name("origin-" + number).start(() -> serve(socket, number));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var reader = new MessageReader(socket.getInputStream());
            var wire = new Wire(socket, reader.stream());
            boolean goesOn = true;
            while (goesOn) {
                goesOn = serveOne(reader, wire, number) && !wire.isClosed();
            }
        } catch (IOException e) {
            closeQuietly(socket); // the peer left, or the script broke the connection
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private boolean serveOne(MessageReader reader, Wire wire, int number) throws IOException, InterruptedException {
        var requestLine = reader.startLine();
        if (requestLine == null) {
            return false;
        }
        var headers = reader.headers();
        var none = new MessageReader.Body(new byte[0], new Headers(List.of()));
        var headOnly = new RecordedRequest(number, requestLine, headers, none);
        var script = scriptFor(headOnly.path());
        if (script.beforeBody()) {
            record(headOnly);
            script.answer(headOnly, wire);
            return false;
        }
        if ("100-continue".equalsIgnoreCase(headers.first("expect"))) {
            wire.send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        var request = new RecordedRequest(number, requestLine, headers, reader.body(headers, false));
        record(request);
        script.answer(request, wire);
        return !"close".equalsIgnoreCase(headers.first("connection"));
    }

    private void record(RecordedRequest request) {
        requests.add(request);
        untaken.add(request);
    }

    private Script scriptFor(String path) {
        var once = next.poll();
        return once != null ? once : byPath.getOrDefault(path, otherwise);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
