package io.gatehouse.benchmarks.soak;

import io.gatehouse.benchmarks.soak.Load.Ask;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** HTTP/1.1 on bare sockets: keep-alive, several requests before an answer, and every way of leaving in the middle. */
final class RawClient implements Runnable {
    /** Longer than every time-out of the gateway: whoever waits for this long is stuck. */
    private static final int STUCK_MILLIS = 20_000;

    private final Load load;
    private final SplittableRandom random;
    /** What is waited for, and what came before it on the connection. */
    private String doing = "";
    /** When the connection began. */
    private int began;

    RawClient(Load load, long seed) {
        this.load = load;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() {
        while (!load.phase().isOver()) {
            began = load.phase().now();
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), load.port())) {
                socket.setSoTimeout(STUCK_MILLIS);
                socket.setTcpNoDelay(true);
                converse(socket);
            } catch (SocketTimeoutException stuck) {
                load.tally().fault("stuck: no answer within %d ms: %s".formatted(STUCK_MILLIS, doing));
            } catch (ProtocolException wrong) {
                load.tally().fault("wrongly framed: " + wrong.getMessage());
            } catch (IOException broken) {
                if (load.phase().wasCalmSince(began)) {
                    load.tally().fault("a connection broke: " + broken);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50); // the gateway is not there; a client waits before it asks again
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void converse(Socket socket) throws IOException {
        var in = new BufferedInputStream(socket.getInputStream());
        doing = "";
        int turns = 1 + random.nextInt(20);
        for (int turn = 0; turn < turns && !load.phase().isOver(); turn++) {
            if (random.nextInt(12) == 0) {
                leaveInTheMiddle(socket, in);
                return;
            }
            if (!ask(socket, in, random.nextInt(6) == 0 ? several() : List.of(Load.any(random)))) {
                return;
            }
        }
    }

    private List<Ask> several() {
        var asks = new ArrayList<Ask>();
        while (asks.size() < 3) {
            var ask = Load.any(random);
            if (ask.kind().isHarmless()) {
                asks.add(ask);
            }
        }
        return asks;
    }

    /** Sends all, then reads all. Answers whether the connection lives on. */
    private boolean ask(Socket socket, InputStream in, List<Ask> asks) throws IOException {
        doing += asks.stream().map(Ask::path).toList() + " ";
        try {
            for (var ask : asks) {
                socket.getOutputStream().write(request(ask));
                load.tally().count("requests");
            }
            for (var ask : asks) {
                if (!readAnswer(in, ask)) {
                    return false;
                }
            }
            return true;
        } catch (SocketException reset) {
            if (asks.getFirst().kind() != Kind.EARLY) {
                throw reset;
            }
            load.tally().count("early answers lost"); // the rest of a body crossed with the end of the connection
            return false;
        }
    }

    private boolean readAnswer(InputStream in, Ask ask) throws IOException {
        Message.Head head;
        int status;
        do {
            head = Message.readHead(in);
            if (head == null) {
                throw new EOFException("closed before the answer to " + ask.path());
            }
            if (!head.startLine().matches("HTTP/1\\.1 [1-5][0-9]{2}( .*)?")) {
                throw new ProtocolException(head.startLine());
            }
            status = Integer.parseInt(head.startLine().substring(9, 12));
        } while (status < 200);
        try {
            byte[] body = status == 204 ? new byte[0] : Message.readBody(in, head);
            load.judge(ask, began, status, body);
            return !"close".equalsIgnoreCase(head.field("connection"));
        } catch (Message.CutException cut) {
            load.judgeCut(ask, began, cut.body());
            return false;
        } catch (EOFException cut) {
            load.judgeCut(ask, began, new byte[0]);
            return false;
        }
    }

    private byte[] request(Ask ask) throws IOException {
        var out = new ByteArrayOutputStream();
        var fields = "Host: soak.example\r\n" + load.key() + "\r\n";
        byte[] body = ask.kind().sends() ? ask.body() : new byte[0];
        boolean chunked = ask.kind().sends() && random.nextBoolean();
        if (chunked) {
            fields += "Transfer-Encoding: chunked\r\n";
        } else if (ask.kind().sends()) {
            fields += "Content-Length: " + body.length + "\r\n";
        }
        var method = ask.kind().sends() ? "POST" : "GET";
        out.write((method + " " + ask.path() + " HTTP/1.1\r\n" + fields + "\r\n").getBytes(StandardCharsets.US_ASCII));
        if (chunked) {
            for (int from = 0; from < body.length; ) {
                int length = Math.min(body.length - from, 1 + random.nextInt(8000));
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(body, from, length);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                from += length;
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } else {
            out.write(body);
        }
        return out.toByteArray();
    }

    /** Ends the connection within the request, or within the answer, in good order or by a reset. */
    private void leaveInTheMiddle(Socket socket, InputStream in) throws IOException {
        var ask = Load.any(random);
        byte[] bytes = request(ask);
        boolean whole = random.nextBoolean();
        socket.getOutputStream().write(bytes, 0, whole ? bytes.length : random.nextInt(bytes.length));
        load.tally().count(whole ? "requests" : "requests cut");
        doing += (whole ? "leaving " : "leaving within ") + ask.path();
        if (whole && random.nextBoolean()) {
            int heard = in.read(new byte[1 + random.nextInt(2000)]);
            load.tally().count(heard < 0 ? "left without an answer" : "left within an answer");
        }
        if (random.nextBoolean()) {
            socket.setSoLinger(true, 0);
        }
        load.tally().count("clients left");
    }
}
