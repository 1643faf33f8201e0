package io.gatehouse.adapters.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.adapters.TestPolicies;
import io.gatehouse.adapters.TestServices;
import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.config.Size;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The official clients of both eras, through the engine, to the official reference server. */
@Tag("real")
class RealPeersTest {
    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Node.install();
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "modern"})
    void officialClientsReachTheReferenceServer(String era) throws IOException, InterruptedException {
        int port = freePort();
        var everything = Node.start(
                Map.of("PORT", Integer.toString(port)),
                "node",
                "node_modules/@modelcontextprotocol/server-everything/dist/index.js",
                "streamableHttp");
        try (var engine = engine(port)) {
            awaitListening(everything);
            var front = front(engine);
            var seen = Node.run(
                    Node.start(Map.of(), "node", "client.mjs", "http://127.0.0.1:" + front.port() + "/mcp", era), "");
            front.disposeNow();
            assertThat(seen)
                    .contains("\"echo\"", "\"get-sum\"", "Echo: hello", "3.5", "completed")
                    .contains("\"progress\":[1,2]");
        } finally {
            everything.destroy();
        }
    }

    @Test
    void numbersAreWrittenAsNodeWritesThem() throws IOException, InterruptedException {
        var random = new Random(17);
        List<Long> bits = Stream.generate(random::nextLong)
                .filter(each -> Double.isFinite(Double.longBitsToDouble(each)))
                .limit(100_000)
                .toList();
        var input = bits.stream().map(each -> String.format("%016x%n", each)).collect(Collectors.joining());
        var expected = Node.run(Node.start(Map.of(), "node", "numbers.mjs"), input)
                .lines()
                .toList();
        var written = bits.stream()
                .map(each -> CanonicalJson.of(Double.longBitsToDouble(each)))
                .toList();
        assertThat(written).isEqualTo(expected);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(Process process) throws IOException {
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("listening on port")) {
                return;
            }
        }
        throw new AssertionError("the reference server ended");
    }

    private static Engine engine(int port) {
        var config = new McpConfig(
                URI.create("http://127.0.0.1:" + port + "/mcp"),
                Duration.ofSeconds(30),
                false,
                Map.of(),
                List.of(),
                Size.parse("16MiB"),
                Map.of());
        return new McpEngineFactory().create("everything", config, new TestServices());
    }

    /** A server that treats the engine as the data plane does, without any filter. */
    private static DisposableServer front(Engine engine) {
        return HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> request.receive()
                        .aggregate()
                        .asByteArray()
                        .defaultIfEmpty(new byte[0])
                        .flatMap(body -> {
                            var exchange = TestExchange.of(request.method(), request.uri());
                            exchange.requestHeaders = request.requestHeaders();
                            exchange.authority = "127.0.0.1";
                            exchange.body = Unpooled.wrappedBuffer(body);
                            exchange.policies = new TestPolicies(each -> true);
                            return served(engine, exchange).flatMap(answer -> {
                                response.status(answer.status());
                                answer.headers().forEach(header -> response.header(header.getKey(), header.getValue()));
                                var stream = answer.stream();
                                Flux<? extends ByteBuf> content = stream == null
                                        ? Flux.just(Unpooled.wrappedBuffer(answer.bytes()))
                                        : Flux.from(stream);
                                return response.send(content, buffer -> true).then();
                            });
                        }))
                .bindNow();
    }

    private static Mono<LocalResponse> served(Engine engine, TestExchange exchange) {
        var verdict = engine.interpret(exchange);
        Mono<? extends Verdict> settled =
                verdict instanceof Verdict.Later later ? later.decision() : Mono.just(verdict);
        return settled.flatMap(each -> switch (each) {
            case Verdict.Answer answer -> Mono.just(answer.response());
            case Verdict.Deny deny -> Mono.just(engine.presenter().denied(exchange, deny.denial()));
            case Verdict.Next _ -> engine.invoke(exchange);
            case Verdict.Park _, Verdict.Later _ -> Mono.error(new AssertionError("not settled"));
        });
    }
}
