package io.gatehouse.adapters.http;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.adapters.TestPolicies;
import io.gatehouse.adapters.TestServices;
import io.gatehouse.adapters.http.ArgumentConfig.Kind;
import io.gatehouse.adapters.http.ArgumentConfig.Place;
import io.gatehouse.adapters.target.EngineFailedException;
import io.gatehouse.config.Secret;
import io.gatehouse.config.Size;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.engine.NotSentException;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class HttpEngineTest {
    private record Seen(String line, Map<String, String> headers, String body) {}

    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private DisposableServer target;
    private Engine engine;

    @BeforeEach
    void start() {
        target = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> request.receive()
                        .aggregate()
                        .asString()
                        .defaultIfEmpty("")
                        .flatMap(body -> {
                            var headers = new LinkedHashMap<String, String>();
                            request.requestHeaders()
                                    .forEach(header ->
                                            headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
                            seen.add(new Seen(request.method() + " " + request.uri(), headers, body));
                            if (request.uri().contains("slow")) {
                                return Mono.never();
                            }
                            if (request.uri().contains("large")) {
                                return response.sendString(Flux.just("x".repeat(5000)))
                                        .then();
                            }
                            if (request.uri().contains("broken")) {
                                return Mono.fromRunnable(
                                        () -> response.withConnection(connection -> connection.dispose()));
                            }
                            return response.status(201)
                                    .header("content-type", "application/json")
                                    .header("set-cookie", "a=b")
                                    .sendString(Mono.just("{\"done\":true}"))
                                    .then();
                        }))
                .bindNow();
        engine = engine(target.port());
    }

    @AfterEach
    void stop() {
        engine.close();
        target.disposeNow();
    }

    private static ArgumentConfig argument(Kind kind, @Nullable Place place, boolean required) {
        return new ArgumentConfig(kind, place, required, "", null, 1000, null, null, List.of());
    }

    private static OperationConfig operation(String method, String path, Map<String, ArgumentConfig> arguments) {
        return new OperationConfig("does it", method, path, 80, arguments);
    }

    private static HttpEngineConfig config(int port, Map<String, OperationConfig> operations) {
        return new HttpEngineConfig(
                URI.create("http://127.0.0.1:" + port + "/api/"),
                operations,
                Duration.ofSeconds(3),
                Size.parse("4KiB"),
                Map.of("X-Key", Secret.parse("hunter2")));
    }

    private static Engine engine(int port) {
        var create = new LinkedHashMap<String, ArgumentConfig>();
        create.put("name", argument(Kind.STRING, null, true));
        create.put("age", new ArgumentConfig(Kind.INTEGER, null, false, "", null, 1000, 0d, 150d, List.of()));
        create.put("dry", argument(Kind.BOOLEAN, Place.QUERY, false));
        create.put("X-Reason", argument(Kind.STRING, Place.HEADER, false));
        create.put("tags", argument(Kind.ARRAY, null, false));
        return new HttpEngineFactory()
                .create(
                        "crm",
                        config(
                                port,
                                Map.of(
                                        "delete-customer",
                                        operation(
                                                "DELETE",
                                                "/customers/{id}",
                                                Map.of("id", argument(Kind.STRING, null, true))),
                                        "create",
                                        operation("POST", "/customers", create),
                                        "find",
                                        operation(
                                                "GET", "/customers", Map.of("q", argument(Kind.STRING, null, true))))),
                        new TestServices());
    }

    private static TestExchange post(String operation, String body) {
        var exchange = TestExchange.of(HttpMethod.POST, "/ops/" + operation)
                .body(body)
                .header("content-type", "application/json");
        exchange.policies = new TestPolicies(request -> true);
        return exchange;
    }

    private Seen run(TestExchange exchange) throws InterruptedException {
        assertThat(engine.interpret(exchange)).isEqualTo(Verdict.NEXT);
        engine.invoke(exchange).block(Duration.ofSeconds(20));
        return requireNonNull(seen.poll(5, TimeUnit.SECONDS));
    }

    private String denial(TestExchange exchange) {
        return engine.interpret(exchange) instanceof Verdict.Deny deny
                ? deny.denial().code() + ": " + deny.denial().detail()
                : "passed";
    }

    private static String text(LocalResponse response) {
        return new String(response.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void callsAnOperation() throws InterruptedException {
        var exchange = post("delete-customer", "{\"id\":\"42\"}");
        exchange.approval = "apr_1";
        assertThat(engine.interpret(exchange)).isEqualTo(Verdict.NEXT);
        assertThat(exchange.action().type()).isEqualTo("operation");
        assertThat(exchange.action().id()).isEqualTo("delete-customer");
        assertThat(exchange.action().attributes().get("risk")).isEqualTo(80L);
        assertThat(exchange.action().attributes().get("arguments")).isEqualTo(Map.of("id", "42"));
        assertThat(exchange.resource().type()).isEqualTo("engine");
        assertThat(exchange.resource().id()).isEqualTo("crm");
        var response = requireNonNull(engine.invoke(exchange).block(Duration.ofSeconds(20)));
        assertThat(response.status()).isEqualTo(201);
        assertThat(text(response)).isEqualTo("{\"done\":true}");
        assertThat(response.headers().contains("set-cookie")).isFalse();
        var sent = requireNonNull(seen.poll(5, TimeUnit.SECONDS));
        assertThat(sent.line()).isEqualTo("DELETE /api/customers/42");
        assertThat(sent.headers()).containsEntry("idempotency-key", "apr_1").containsEntry("x-key", "hunter2");
        assertThat(sent.body()).isEmpty();
    }

    @Test
    void putsEveryArgumentInItsPlace() throws InterruptedException {
        var sent = run(
                post(
                        "create",
                        "{\"tags\":[1.0,{\"b\":1,\"a\":null}],\"name\":\"J\\u00f6 & Co\",\"age\":30,\"dry\":true,\"X-Reason\":\"it is due\"}"));
        assertThat(sent.line()).isEqualTo("POST /api/customers?dry=true");
        assertThat(sent.headers())
                .containsEntry("x-reason", "it is due")
                .containsEntry("content-type", "application/json");
        assertThat(sent.body()).isEqualTo("{\"age\":30,\"name\":\"J\u00f6 & Co\",\"tags\":[1,{\"a\":null,\"b\":1}]}");
    }

    @Test
    void tellsTheTargetOfTheTrace() throws InterruptedException {
        var parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var sent = run(post("find", "{\"q\":\"a\"}")
                .header("traceparent", parent)
                .header("tracestate", "a=1")
                .header("tracestate", "b=2"));
        assertThat(sent.headers()).containsEntry("traceparent", parent).containsEntry("tracestate", "a=1,b=2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not one",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"
            })
    void passesNoTraceOnThatIsNotWellFormed(String parent) throws InterruptedException {
        var sent =
                run(post("find", "{\"q\":\"a\"}").header("traceparent", parent).header("tracestate", "a=1"));
        assertThat(sent.headers()).doesNotContainKeys("traceparent", "tracestate");
    }

    @ParameterizedTest
    @MethodSource("statesThatAreNone")
    void passesNoStateOnThatIsNotWellFormed(String state) throws InterruptedException {
        var parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var sent =
                run(post("find", "{\"q\":\"a\"}").header("traceparent", parent).header("tracestate", state));
        assertThat(sent.headers()).containsEntry("traceparent", parent).doesNotContainKey("tracestate");
    }

    static Stream<String> statesThatAreNone() {
        return Stream.of(
                "a",
                "=1",
                "a=",
                "A=1",
                "a b=1",
                "a=1=2",
                "a=\u00e4",
                "a=1;b=2,",
                "a=1,b",
                "a=1,a=2",
                ",",
                "a".repeat(257) + "=1",
                "a=" + "1".repeat(257),
                "a=" + "1".repeat(250) + ",b=" + "1".repeat(250) + ",c=" + "1".repeat(10),
                states(33));
    }

    private static String states(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i + "=1").collect(joining(","));
    }

    @ParameterizedTest
    @MethodSource("statesThatAreSome")
    void passesOnWhatVendorsAdd(String state) throws InterruptedException {
        var parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var sent =
                run(post("find", "{\"q\":\"a\"}").header("traceparent", parent).header("tracestate", state));
        assertThat(sent.headers()).containsEntry("tracestate", state);
    }

    static Stream<String> statesThatAreSome() {
        return Stream.of("0a@v-1/_*= b;c:d~", "a=1 ,\tb=2,,c=3", "a=" + "1".repeat(256), states(32));
    }

    @Test
    void letsNoArgumentSayWhichTraceACallBelongsTo() {
        var operations = Map.of(
                "find", operation("GET", "/", Map.of("Traceparent", argument(Kind.STRING, Place.HEADER, false))));
        assertThatThrownBy(() ->
                        new HttpEngineFactory().create("crm", config(target.port(), operations), new TestServices()))
                .hasMessageContaining("a caller may not set this header");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "a b?x=1#f&y | /api/customers/a%20b%3Fx%3D1%23f%26y",
                "\u00e4;v=1 | /api/customers/%C3%A4%3Bv%3D1",
                "a..b | /api/customers/a..b",
                "... | /api/customers/...",
                "a@host:80 | /api/customers/a%40host%3A80"
            })
    void encodesPathArguments(String value, String path) throws InterruptedException {
        var sent = run(post("delete-customer", "{\"id\":\"" + value + "\"}"));
        assertThat(sent.line()).isEqualTo("DELETE " + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "../x", "a\\\\b", "%2e%2e", "a\\r\\nX: y", "a\\u0000", "\\u0085"})
    void refusesPathArgumentsThatCouldLeaveTheirSegment(String value) {
        assertThat(denial(post("delete-customer", "{\"id\":\"" + value + "\"}")))
                .startsWith("invalid_arguments: argument `id`");
    }

    @Test
    void refusesValuesThatMakeADotSegmentTogether() {
        var template = new PathTemplate("/x/{a}{b}/y");
        assertThat(template.fill(name -> "v" + name)).isEqualTo("/x/vavb/y");
        assertThatThrownBy(() -> template.fill(name -> ".")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void encodesQueryArguments() throws InterruptedException {
        assertThat(run(post("find", "{\"q\":\"a&b=c +%/..\"}")).line())
                .isEqualTo("GET /api/customers?q=a%26b%3Dc%20%2B%25%2F..");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "null",
                "{\"name\":\"a\",\"name\":\"a\"}",
                "{\"name\":\"a\",\"age\":9007199254740993}",
                "{\"name\":\"a\"",
                "{}",
                "{\"name\":null}",
                "{\"name\":1}",
                "{\"name\":\"a\",\"age\":\"1\"}",
                "{\"name\":\"a\",\"age\":1.5}",
                "{\"name\":\"a\",\"age\":-1}",
                "{\"name\":\"a\",\"age\":151}",
                "{\"name\":\"a\",\"dry\":\"true\"}",
                "{\"name\":\"a\",\"other\":1}",
                "{\"name\":\"a\",\"X-Reason\":\"b\\r\\nHost: evil\"}",
                "{\"name\":\"a\",\"X-Reason\":\" b\"}",
                "{\"name\":\"a\",\"tags\":{}}"
            })
    void refusesArgumentsThatAreNotAsDeclared(String body) {
        assertThat(denial(post("create", body))).startsWith("invalid_arguments: ");
    }

    @Test
    void refusesWhatIsNoCall() {
        assertThat(denial(post("drop-table", "{}"))).startsWith("unknown_operation");
        assertThat(denial(TestExchange.of(HttpMethod.PUT, "/ops/create"))).startsWith("method_not_allowed");
        assertThat(denial(TestExchange.of(HttpMethod.POST, "/ops/create").body("{}")))
                .startsWith("unsupported_media_type");
        assertThat(denial(TestExchange.of(HttpMethod.POST, "/ops/create?name=a")))
                .startsWith("invalid_arguments");
    }

    @Test
    void bindsCallsByEngineOperationDefinitionAndArguments() {
        var first = post("delete-customer", "{\"id\":\"42\"}");
        var same = post("delete-customer", " { \"id\" : \"\\u0034\\u0032\" } ");
        var other = post("delete-customer", "{\"id\":\"43\"}");
        for (var exchange : List.of(first, same, other)) {
            assertThat(engine.interpret(exchange)).isEqualTo(Verdict.NEXT);
        }
        assertThat(requireNonNull(same.call).canonical())
                .isEqualTo(requireNonNull(first.call).canonical());
        assertThat(requireNonNull(other.call).canonical())
                .isNotEqualTo(requireNonNull(first.call).canonical());
        assertThat(requireNonNull(first.call).title()).isEqualTo("crm: delete-customer");
        assertThat(requireNonNull(first.call).detail()).isEqualTo("{\n  \"id\": \"42\"\n}");
        try (var moved = engine(target.port() + 1)) {
            var elsewhere = post("delete-customer", "{\"id\":\"42\"}");
            assertThat(moved.interpret(elsewhere)).isEqualTo(Verdict.NEXT);
            assertThat(requireNonNull(elsewhere.call).canonical())
                    .isNotEqualTo(requireNonNull(first.call).canonical());
        }
    }

    @Test
    void listsWhatTheCallerMayDo() {
        var exchange = TestExchange.of(HttpMethod.GET, "/ops");
        exchange.policies = new TestPolicies(request -> request.action().id().equals("create"));
        assertThat(engine.interpret(exchange))
                .isInstanceOfSatisfying(
                        Verdict.Answer.class,
                        answer -> assertThat(text(answer.response()))
                                .contains("\"create\"", "\"maximum\":150", "\"required\":[\"name\"]")
                                .doesNotContain("delete", "127.0.0.1"));
        var hidden = TestExchange.of(HttpMethod.GET, "/ops/delete-customer");
        hidden.policies = exchange.policies;
        assertThat(denial(hidden)).startsWith("unknown_operation");
    }

    @Test
    void saysThatNothingWasSentOnlyWhereThatIsSo() {
        int closed = target.port();
        target.disposeNow();
        try (var unreachable = engine(closed)) {
            var exchange = post("delete-customer", "{\"id\":\"42\"}");
            assertThat(unreachable.interpret(exchange)).isEqualTo(Verdict.NEXT);
            var call = unreachable.invoke(exchange);
            assertThatThrownBy(() -> call.block(Duration.ofSeconds(20))).isInstanceOf(NotSentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"slow, in time", "large, larger than", "broken, broke off"})
    void aCallThatWasSentAndFailedMayHaveRun(String id, String message) {
        var exchange = post("delete-customer", "{\"id\":\"" + id + "\"}");
        assertThat(engine.interpret(exchange)).isEqualTo(Verdict.NEXT);
        var call = engine.invoke(exchange);
        assertThatThrownBy(() -> call.block(Duration.ofSeconds(20)))
                .isInstanceOf(EngineFailedException.class)
                .hasMessageContaining(message);
        assertThat(seen).hasSize(1); // and was not sent again
    }

    @Test
    void stopsSendingToATargetThatKeepsFailing() {
        for (int i = 0; i < 20; i++) {
            var exchange = post("delete-customer", "{\"id\":\"broken\"}");
            assertThat(engine.interpret(exchange)).isEqualTo(Verdict.NEXT);
            assertThat(engine.invoke(exchange).onErrorComplete().blockOptional(Duration.ofSeconds(20)))
                    .isEmpty();
        }
        int before = seen.size();
        var exchange = post("delete-customer", "{\"id\":\"42\"}");
        assertThat(engine.interpret(exchange)).isEqualTo(Verdict.NEXT);
        var call = engine.invoke(exchange);
        assertThatThrownBy(() -> call.block(Duration.ofSeconds(20)))
                .isInstanceOf(NotSentException.class)
                .hasMessageContaining("keeps failing");
        assertThat(seen).hasSize(before);
    }

    @Test
    void refusesSettingsThatCannotWork() {
        var services = new TestServices();
        for (var broken : List.of(
                operation("DELETE", "customers", Map.of()),
                operation("DELETE", "/a/../b", Map.of()),
                operation("DELETE", "/a?b=c", Map.of()),
                operation("DELETE", "/a/{id}", Map.of()),
                operation("DELETE", "/a/{id", Map.of("id", argument(Kind.STRING, null, true))),
                operation("DELETE", "/a", Map.of("id", argument(Kind.STRING, Place.PATH, true))),
                operation("DELETE", "/a/{id}", Map.of("id", argument(Kind.STRING, null, false))),
                operation("GET", "/a", Map.of("b", argument(Kind.STRING, Place.BODY, true))),
                operation("POST", "/a", Map.of("Authorization", argument(Kind.STRING, Place.HEADER, true))),
                operation("POST", "/a", Map.of("x-key", argument(Kind.STRING, Place.HEADER, true))))) {
            assertThatThrownBy(() -> new HttpEngineFactory().create("crm", config(1, Map.of("op", broken)), services))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("operations.op.");
        }
    }
}
