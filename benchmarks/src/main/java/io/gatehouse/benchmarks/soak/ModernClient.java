package io.gatehouse.benchmarks.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.SplittableRandom;

/** HTTP/2 over TLS by the JDK's client; many of these share one client, so its connections carry many streams. */
final class ModernClient implements Runnable {
    private static final Duration STUCK = Duration.ofSeconds(20);

    private final Load load;
    private final HttpClient http;
    private final SplittableRandom random;

    ModernClient(Load load, HttpClient http, long seed) {
        this.load = load;
        this.http = http;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() {
        while (!load.phase().isOver()) {
            var ask = Load.any(random);
            int asked = load.phase().now();
            try {
                if (random.nextInt(12) == 0) {
                    leave(ask);
                } else {
                    load.tally().count("requests");
                    var answer = http.send(request(ask), HttpResponse.BodyHandlers.ofByteArray());
                    load.judge(ask, asked, answer.statusCode(), answer.body());
                }
            } catch (HttpTimeoutException stuck) {
                load.tally().fault("stuck: no answer over HTTP/2 to " + ask.path());
            } catch (IOException broken) {
                judgeBroken(ask, broken, load.phase().wasCalmSince(asked));
                pause();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void judgeBroken(Load.Ask ask, IOException broken, boolean calm) {
        load.tally().count("streams reset");
        if (!ask.kind().mayBreakBody() && calm) {
            load.tally().fault("%s over HTTP/2: %s".formatted(ask.path(), broken));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20); // a gateway that is not there is not asked without end
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives up an answer after a moment: the stream is reset. */
    private void leave(Load.Ask ask) throws InterruptedException {
        load.tally().count("requests");
        var answer = http.sendAsync(request(ask), HttpResponse.BodyHandlers.ofByteArray());
        Thread.sleep(random.nextInt(20)); // a client that leaves at some moment of its own
        answer.cancel(true);
        load.tally().count("clients left");
    }

    private HttpRequest request(Load.Ask ask) {
        var key = load.key().split(": ", 2);
        var request = HttpRequest.newBuilder(URI.create("https://localhost:" + load.tlsPort() + ask.path()))
                .timeout(STUCK)
                .header(key[0], key[1]);
        return ask.kind().sends()
                ? request.POST(HttpRequest.BodyPublishers.ofByteArray(ask.body()))
                        .build()
                : request.build();
    }
}
