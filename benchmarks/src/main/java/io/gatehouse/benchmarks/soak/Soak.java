package io.gatehouse.benchmarks.soak;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Rounds of random traffic with faults at every place: clients that leave in the middle, a target that lies, hangs and dies, a
 * configuration that is read anew, a gateway that is ended under load and started again. A round ends either so, or quietly: then the
 * gateway's counters must agree with what the clients saw, and nothing may be left in flight.
 *
 * <p>Arguments: {@code GATEWAY SETTINGS FOLDER SECONDS SEED}; needs {@code site.pem} in the folder.
 */
public final class Soak {
    private static final int ROUND_SECONDS = 30;
    private static final int RELOAD_SECONDS = 7;
    private static final int DRAIN_SECONDS = 40;
    private static final int CLIENTS = 24;
    private static final int WARMING = 20;
    private static final String KEY = "X-API-Key: benchmark-key-of-no-secrecy-0123456789";

    private final Tally tally;
    private final GatewayProcess gateway;
    private final HttpClient http;
    private final int port;
    private final int tlsPort;
    private int reloads;
    private int drains;
    private int quiets;

    private Soak(Tally tally, GatewayProcess gateway, HttpClient http, int port, int tlsPort) {
        this.tally = tally;
        this.gateway = gateway;
        this.http = http;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /** Runs, prints what came of it, and exits with 1 where anything was wrong. */
    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[2]);
        var settings = Files.copy(Path.of(args[1]), folder.resolve("soak.yaml"));
        var tally = new Tally();
        var origin = new Origin(tally);
        var http2Origin = new Http2Origin(tally);
        int port = freePort();
        int tlsPort = freePort();
        int adminPort = freePort();
        var environment = Map.of(
                "PORT", String.valueOf(port),
                "TLS_PORT", String.valueOf(tlsPort),
                "ADMIN_PORT", String.valueOf(adminPort),
                "ORIGIN_PORT", String.valueOf(origin.port()),
                "HTTP2_ORIGIN_PORT", String.valueOf(http2Origin.port()),
                "FOLDER", folder.toString(),
                "SOAK_TOKEN", UUID.randomUUID().toString(),
                "GATEHOUSE_NO_BUILD", "1",
                "GATEHOUSE_JAVA_OPTS", "-Dio.netty.leakDetection.level=paranoid -Xmx512m");
        origin.start();
        var gateway = new GatewayProcess(
                List.of(args[0], "run", "-c", settings.toString()),
                environment,
                settings,
                folder.resolve("gateway.log"),
                adminPort);
        try (origin;
                http2Origin;
                var http = HttpClient.newBuilder()
                        .sslContext(trusting(folder.resolve("site.pem")))
                        .connectTimeout(Duration.ofSeconds(5))
                        .build()) {
            var soak = new Soak(tally, gateway, http, port, tlsPort);
            soak.run(Integer.parseInt(args[3]), Long.parseLong(args[4]));
            System.exit(soak.report() ? 0 : 1);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "site", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private void run(int seconds, long seed) throws IOException, InterruptedException {
        warm();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (int round = 0; System.nanoTime() < end; round++) {
            boolean last = System.nanoTime() + TimeUnit.SECONDS.toNanos(ROUND_SECONDS) >= end;
            round(seed + 1000L * round, round % 2 == 1 && !last);
        }
        endGateway();
    }

    /** Asks each target, and judges nothing: what is loaded for the first request makes nobody wait who is judged. */
    private void warm() throws IOException, InterruptedException {
        var key = KEY.split(": ", 2);
        for (int i = 0; i < 2 * WARMING; i++) {
            var path = Kind.PLAIN.path(1, 1, i % 2 == 1);
            http.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + tlsPort + path))
                            .header(key[0], key[1])
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    private void round(long seed, boolean drainUnderLoad) throws IOException, InterruptedException {
        var phase = new Phase();
        var load = new Load(port, tlsPort, KEY, tally, phase);
        long askedBefore = asked();
        long leftBefore = left();
        double endedBefore = gateway.metric("gatehouse_requests_total", "");
        var clients = start(load, seed);
        for (int second = 1; second <= ROUND_SECONDS; second++) {
            TimeUnit.SECONDS.sleep(1); // the length of a round is time
            if (second % RELOAD_SECONDS == 0) {
                gateway.reload(++reloads);
            }
        }
        if (drainUnderLoad) {
            phase.disturbed(true);
            endGateway();
            gateway.start();
            warm();
            TimeUnit.SECONDS.sleep(1); // clients that found nobody try again within this
            phase.disturbed(false);
            TimeUnit.SECONDS.sleep(2); // and must find the new one in good order
            endedBefore = Double.NaN;
        }
        phase.end();
        for (var client : clients) {
            if (!client.join(Duration.ofSeconds(60))) {
                tally.fault("a client did not end");
            }
        }
        if (!Double.isNaN(endedBefore)) {
            quiets++;
            compareCounters(endedBefore, asked() - askedBefore, left() - leftBefore);
        }
        System.out.println("round done: " + tally + ", faults " + tally.faultCount());
    }

    private long asked() {
        return tally.counted("requests") + tally.counted("sockets");
    }

    /** Those who did not wait for the end of what they asked. */
    private long left() {
        return tally.counted("clients left") + tally.counted("requests cut");
    }

    private List<Thread> start(Load load, long seed) {
        var clients = new ArrayList<Thread>();
        for (int i = 0; i < CLIENTS; i++) {
            Runnable client = switch (i % 4) {
                case 0, 1 -> new RawClient(load, seed + i);
                case 2 -> new ModernClient(load, http, seed + i);
                default -> new SocketClient(load, http, seed + i);
            };
            clients.add(Thread.ofVirtual().start(client));
        }
        return clients;
    }

    private void endGateway() throws InterruptedException {
        drains++;
        int code = gateway.drain(DRAIN_SECONDS);
        if (code != 0) {
            tally.fault("SIGTERM: the gateway ended with " + code);
        }
    }

    /** Clients that left may or may not have been heard; nobody else's request may be missing, and none may be there twice. */
    private void compareCounters(double endedBefore, long asked, long left) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        double open = open();
        while (open > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(200); // the figure comes by asking
            open = open();
        }
        if (open > 0) {
            tally.fault("%.0f connections are still open, though every client is gone".formatted(open));
        }
        double ended = gateway.metric("gatehouse_requests_total", "") - endedBefore;
        if (ended < asked - left || ended > asked + left) {
            tally.fault(
                    "the gateway counted %.0f requests, the clients %d, %d of them left".formatted(ended, asked, left));
        }
    }

    /** Connections in clear text; those over TLS belong to the JDK's client, which keeps them. */
    private double open() throws IOException, InterruptedException {
        return gateway.metric("gatehouse_connections", "listener=\"clear\"");
    }

    private boolean report() throws IOException {
        var complaints = gateway.complaints();
        complaints.stream().limit(20).forEach(line -> System.out.println("log: " + line));
        for (var reached : List.of("origin: sockets", "h2 origin: requests", "h2 origin: sockets")) {
            if (tally.counted(reached) == 0) {
                tally.fault("nothing was there to judge: " + reached);
            }
        }
        tally.faults().forEach(fault -> System.out.println("fault: " + fault));
        boolean good = complaints.isEmpty() && tally.faultCount() == 0;
        System.out.printf(
                "soak: %d requests, %d WebSocket messages, of these over HTTP/2 to the target %d and %d, %d clients left, %d reloads, %d drains, %d rounds compared, %d faults, %d complaints: %s%n",
                tally.counted("requests"),
                tally.counted("messages"),
                tally.counted("h2 origin: requests"),
                tally.counted("messages over h2"),
                tally.counted("clients left"),
                reloads,
                drains,
                quiets,
                tally.faultCount(),
                complaints.size(),
                good ? "pass" : "fail");
        return good;
    }
}
