package io.gatehouse.benchmarks.soak;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** WebSockets that say something and wait for it to come back. */
final class SocketClient implements Runnable {
    private static final int STUCK_SECONDS = 20;

    private final Load load;
    private final HttpClient http;
    private final SplittableRandom random;

    SocketClient(Load load, HttpClient http, long seed) {
        this.load = load;
        this.http = http;
        this.random = new SplittableRandom(seed);
    }

    /** Hands over what came, whole messages only. */
    private record Heard(BlockingQueue<String> messages, StringBuilder part) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                messages.add(part.toString());
                part.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }
    }

    @Override
    public void run() {
        while (!load.phase().isOver()) {
            int began = load.phase().now();
            try {
                converse();
            } catch (CompletionException broken) {
                if (load.phase().wasCalmSince(began)) {
                    load.tally().fault("a WebSocket broke: " + broken.getCause());
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void converse() throws InterruptedException {
        var key = load.key().split(": ", 2);
        boolean http2 = random.nextBoolean();
        var heard = new Heard(new ArrayBlockingQueue<>(16), new StringBuilder());
        var socket = http.newWebSocketBuilder()
                .header(key[0], key[1])
                .buildAsync(
                        URI.create("ws://localhost:" + load.port() + (http2 ? "/soak/h2/socket" : "/soak/h1/socket")),
                        heard)
                .join();
        load.tally().count("sockets");
        int turns = 1 + random.nextInt(40);
        for (int turn = 0; turn < turns && !load.phase().isOver(); turn++) {
            int began = load.phase().now();
            var said = String.valueOf(random.nextLong()).repeat(1 + random.nextInt(100));
            socket.sendText(said, true).join();
            var echo = heard.messages().poll(STUCK_SECONDS, TimeUnit.SECONDS);
            if (!said.equals(echo)) {
                if (load.phase().wasCalmSince(began)) {
                    load.tally().fault(echo == null ? "a WebSocket is stuck" : "a WebSocket brought another message");
                }
                break;
            }
            load.tally().count("messages");
            load.tally().count(http2 ? "messages over h2" : "messages over h1");
        }
        if (random.nextInt(3) == 0) {
            socket.abort();
        } else {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        }
    }
}
