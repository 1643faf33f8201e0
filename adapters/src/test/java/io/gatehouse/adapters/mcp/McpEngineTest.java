package io.gatehouse.adapters.mcp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.adapters.TestPolicies;
import io.gatehouse.adapters.TestServices;
import io.gatehouse.adapters.json.CanonicalJson;
import io.gatehouse.adapters.json.StrictJson;
import io.gatehouse.adapters.target.EngineFailedException;
import io.gatehouse.config.Size;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.engine.NotSentException;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Presenter;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

class McpEngineTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Principal ALICE = new Principal("default", "client", "alice", Set.of(), Attributes.NONE);
    private static final Principal MALLORY = new Principal("default", "client", "mallory", Set.of(), Attributes.NONE);
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}%s}";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    private McpTestServer server(boolean modern) {
        var server = new McpTestServer(modern);
        open.add(server);
        return server;
    }

    private Engine engine(McpTestServer server, boolean trusted) {
        var config = new McpConfig(
                server.url(),
                Duration.ofSeconds(10),
                trusted,
                Map.of("slow", new McpConfig.ToolConfig(33)),
                List.of("https://app.example.com"),
                Size.parse("1MiB"),
                Map.of());
        var engine = new McpEngineFactory().create("tools", config, new TestServices());
        open.add(engine);
        return engine;
    }

    private static TestExchange post(String body) {
        var exchange = TestExchange.of(HttpMethod.POST, "/mcp")
                .body(body)
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream");
        exchange.principal = ALICE;
        exchange.policies = new TestPolicies(request -> true);
        return exchange;
    }

    private static TestExchange modern(String method, String params, String moreMeta) {
        var body = "{\"jsonrpc\":\"2.0\",\"id\":\"a-1\",\"method\":\"" + method + "\",\"params\":{" + params
                + META.formatted(moreMeta) + "}}";
        return post(body).header("mcp-protocol-version", "2026-07-28").header("mcp-method", method);
    }

    private static TestExchange modernCall(String tool, String arguments) {
        return modern("tools/call", "\"name\":\"" + tool + "\",\"arguments\":" + arguments + ",", "")
                .header("mcp-name", tool);
    }

    private static TestExchange legacy(String session, String method, String params) {
        return post("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":{" + params + "}}")
                .header("mcp-session-id", session);
    }

    private static Verdict settle(Verdict verdict) {
        return verdict instanceof Verdict.Later later
                ? requireNonNull(later.decision().block(WAIT))
                : verdict;
    }

    /** What the client gets, as the runner would make it. */
    private static LocalResponse serve(Engine engine, TestExchange exchange) {
        return switch (settle(engine.interpret(exchange))) {
            case Verdict.Answer answer -> answer.response();
            case Verdict.Deny deny -> engine.presenter().denied(exchange, deny.denial());
            case Verdict.Next _ -> requireNonNull(engine.invoke(exchange).block(WAIT));
            case Verdict.Park _, Verdict.Later _ -> throw new AssertionError("not settled");
        };
    }

    private static String text(LocalResponse response) {
        return response.stream() == null
                ? new String(response.bytes(), StandardCharsets.UTF_8)
                : String.join("", requireNonNull(events(response).collectList().block(WAIT)));
    }

    private static Flux<String> events(LocalResponse response) {
        return Flux.from(requireNonNull(response.stream())).map(McpEngineTest::release);
    }

    private static String release(ByteBuf buffer) {
        var text = buffer.toString(StandardCharsets.UTF_8);
        buffer.release();
        return text;
    }

    private static Map<String, @Nullable Object> json(LocalResponse response) {
        return Incoming.object(StrictJson.exactNumbers().read(text(response)));
    }

    private static Map<String, @Nullable Object> result(LocalResponse response) {
        return Incoming.object(json(response).get("result"));
    }

    private static @Nullable Object code(LocalResponse response) {
        return Incoming.object(json(response).get("error")).get("code");
    }

    private static String initialize(Engine engine, Principal principal) {
        var exchange = post(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}");
        exchange.principal = principal;
        var response = serve(engine, exchange);
        assertThat(result(response))
                .containsEntry("protocolVersion", "2025-11-25")
                .containsEntry("instructions", "be kind");
        return response.headers().get("mcp-session-id");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void modernClientCallsAServerOfEitherEra(boolean modernServer) {
        var server = server(modernServer);
        var engine = engine(server, false);
        assertThat(result(serve(engine, modern("server/discover", "", ""))))
                .containsEntry("resultType", "complete")
                .containsEntry("cacheScope", "private")
                .containsEntry("supportedVersions", Versions.ALL)
                .containsEntry("instructions", "be kind");
        var list = serve(engine, modern("tools/list", "", ""));
        assertThat(list.headers().contains("mcp-session-id")).isFalse();
        assertThat(text(list))
                .containsSubsequence("\"echo\"", "\"delete_customer\"", "\"slow\"")
                .contains("\"cacheScope\":\"private\"")
                .doesNotContain("nextCursor");
        var call = serve(engine, modernCall("echo", "{\"id\":\"x\",\"a\":1.0}"));
        assertThat(call.status()).isEqualTo(200);
        assertThat(json(call)).containsEntry("id", "a-1");
        assertThat(result(call))
                .containsEntry("resultType", "complete")
                .containsEntry("structuredContent", List.of(1L));
        assertThat(server.calls.getLast()).isEqualTo("tools/call echo {\"a\":1,\"id\":\"x\"}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsAServerOfEitherEraOfTheTrace(boolean modernServer) {
        var server = server(modernServer);
        var engine = engine(server, false);
        var parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        serve(engine, modernCall("echo", "{}").header("traceparent", parent).header("tracestate", "a=1"));

        assertThat(server.calls.getLast()).startsWith("tools/call echo");
        assertThat(server.headers.getLast().getAll("traceparent")).containsExactly(parent);
        assertThat(server.headers.getLast().getAll("tracestate")).containsExactly("a=1");
        assertThat(server.metadata.getLast())
                .containsEntry("traceparent", parent)
                .containsEntry("tracestate", "a=1");
        // what is asked for once on behalf of all callers belongs to none of their traces
        assertThat(server.headers.subList(0, server.headers.size() - 1))
                .isNotEmpty()
                .noneMatch(asked -> asked.contains("traceparent"));

        serve(engine, modernCall("echo", "{}"));
        assertThat(server.headers.getLast().contains("traceparent")).isFalse();
        assertThat(server.metadata.getLast()).doesNotContainKey("traceparent");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void legacyClientCallsAServerOfEitherEra(boolean modernServer) {
        var server = server(modernServer);
        var engine = engine(server, false);
        var session = initialize(engine, ALICE);
        var initialized = post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")
                .header("mcp-session-id", session);
        assertThat(serve(engine, initialized).status()).isEqualTo(202);
        assertThat(text(serve(engine, legacy(session, "ping", ""))))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}");
        assertThat(result(serve(engine, legacy(session, "tools/list", "")))).containsOnlyKeys("tools");
        var call = serve(
                engine,
                legacy(session, "tools/call", "\"name\":\"echo\",\"arguments\":{}")
                        .header("mcp-protocol-version", "2025-11-25"));
        assertThat(json(call)).containsEntry("id", 7L);
        assertThat(result(call)).containsOnlyKeys("content", "isError");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamsProgressOfThisCallAlone(boolean modernServer) {
        var engine = engine(server(modernServer), false);
        var exchange = modern("tools/call", "\"name\":\"slow\",\"arguments\":{},", ",\"progressToken\":\"mine\"")
                .header("mcp-name", "slow");
        var response = serve(engine, exchange);
        assertThat(response.headers().get("content-type")).isEqualTo("text/event-stream");
        assertThat(response.headers().get("x-accel-buffering")).isEqualTo("no");
        var events = requireNonNull(events(response).collectList().block(WAIT));
        assertThat(events).hasSize(2);
        assertThat(events.get(0))
                .startsWith("event: message\ndata: {")
                .contains("\"progressToken\":\"mine\"")
                .endsWith("\n\n");
        assertThat(events.get(1)).contains("\"id\":\"a-1\"", "\"text\":\"done\"");
    }

    @Test
    void answersWithJsonWhereNothingIsToBeStreamed() {
        var response = serve(engine(server(false), false), modernCall("slow", "{}"));
        assertThat(response.stream()).isNull();
        assertThat(result(response)).containsEntry("isError", false);
    }

    @Test
    void aServerThatBreaksOffIsAnErrorAndNothingIsSentAgain() {
        var server = server(false);
        var engine = engine(server, false);
        var exchange = modern(
                        "tools/call", "\"name\":\"slow\",\"arguments\":{\"id\":\"break\"},", ",\"progressToken\":1")
                .header("mcp-name", "slow");
        var seen = new ArrayList<String>();
        var stream = events(serve(engine, exchange)).doOnNext(seen::add);
        assertThatThrownBy(() -> stream.blockLast(WAIT)).isInstanceOf(EngineFailedException.class);
        assertThat(seen).hasSize(2);
        assertThat(seen.getLast()).contains("-32603", "may have run");
        var whole = modernCall("slow", "{\"id\":\"break\"}");
        assertThat(settle(engine.interpret(whole))).isEqualTo(Verdict.NEXT);
        var call = engine.invoke(whole);
        assertThatThrownBy(() -> call.block(WAIT)).isInstanceOf(EngineFailedException.class);
        assertThat(server.calls)
                .filteredOn(line -> line.startsWith("tools/call"))
                .hasSize(2);
    }

    @Test
    void aClientThatLeavesCancelsTheCall() throws InterruptedException {
        var server = server(true);
        var exchange = modern(
                        "tools/call", "\"name\":\"slow\",\"arguments\":{\"id\":\"hang\"},", ",\"progressToken\":1")
                .header("mcp-name", "slow");
        assertThat(events(serve(engine(server, false), exchange)).take(1).blockLast(WAIT))
                .contains("progress");
        assertThat(server.abandoned.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void beginsAnewWhereTheServerForgotTheSession() {
        var server = server(false);
        var engine = engine(server, false);
        assertThat(result(serve(engine, modernCall("echo", "{}")))).containsKey("content");
        var exchange = modernCall("echo", "{\"id\":\"2\"}");
        assertThat(settle(engine.interpret(exchange))).isEqualTo(Verdict.NEXT);
        server.sessions.clear();
        assertThat(result(requireNonNull(engine.invoke(exchange).block(WAIT)))).containsKey("content");
        assertThat(server.calls).filteredOn("initialize"::equals).hasSize(2);
        server.sessions.clear();
        exchange.resumed = true;
        assertThat(settle(engine.interpret(exchange))).isEqualTo(Verdict.NEXT);
    }

    @Test
    void initializesOnceHoweverManyAsk() {
        var server = server(false);
        var engine = engine(server, false);
        var answers = Flux.range(0, 50)
                .flatMap(i -> ((Verdict.Later) engine.interpret(modern("tools/list", "", ""))).decision(), 50)
                .collectList()
                .block(WAIT);
        assertThat(answers).hasSize(50);
        assertThat(server.calls)
                .containsExactly(
                        "server/discover", "initialize", "notifications/initialized", "tools/list", "tools/list");
    }

    @Test
    void deniesWhereTheServerCannotBeAsked() {
        var server = server(true);
        var engine = engine(server, false);
        server.close();
        var response = serve(engine, modernCall("echo", "{}"));
        assertThat(response.status()).isEqualTo(502);
        assertThat(code(response)).isEqualTo(-32603L);
        assertThat(text(response)).contains("engine_unavailable").doesNotContain("127.0.0.1");
    }

    @Test
    void policiesReadTheBody() {
        var engine = engine(server(true), false);
        var exchange = modernCall("delete_customer", "{\"id\":\"42\",\"note\":null}");
        assertThat(settle(engine.interpret(exchange))).isEqualTo(Verdict.NEXT);
        assertThat(exchange.action().type()).isEqualTo("mcp");
        assertThat(exchange.action().id()).isEqualTo("delete_customer");
        assertThat(exchange.action().attributes().get("arguments")).isEqualTo(Map.of("id", "42"));
        assertThat(exchange.action().attributes().get("server")).isEqualTo("tools");
        assertThat(exchange.resource().id()).isEqualTo("tools");
        assertThat(requireNonNull(exchange.call).title()).isEqualTo("tools: delete_customer");
    }

    @Test
    void believesHintsOfTrustedServersOnly() {
        for (boolean trusted : List.of(true, false)) {
            var engine = engine(server(true), trusted);
            var echo = modernCall("echo", "{}");
            var delete = modernCall("delete_customer", "{}");
            var slow = modernCall("slow", "{}");
            for (var exchange : List.of(echo, delete, slow)) {
                assertThat(settle(engine.interpret(exchange))).isEqualTo(Verdict.NEXT);
            }
            assertThat(echo.action().attributes().get("risk")).isEqualTo(trusted ? 10L : 80L);
            assertThat(delete.action().attributes().get("risk")).isEqualTo(80L);
            assertThat(slow.action().attributes().get("risk")).isEqualTo(33L);
            assertThat(Incoming.object(echo.action().attributes().get("annotations")))
                    .containsEntry("destructiveHint", !trusted);
        }
    }

    @Test
    void bindsCallsByServerToolDefinitionAndArguments() {
        var server = server(true);
        var engine = engine(server, false);
        var first = modernCall("echo", "{\"a\":1,\"b\":\"x\"}");
        var same = modernCall("echo", "{\"b\":\"\\u0078\",\"a\":1.0}");
        var other = modernCall("echo", "{\"a\":2,\"b\":\"x\"}");
        var drifted = modernCall("echo", "{\"a\":1,\"b\":\"x\"}");
        for (var exchange : List.of(first, same, other)) {
            assertThat(settle(engine.interpret(exchange))).isEqualTo(Verdict.NEXT);
        }
        server.tools = List.of(McpTestServer.tool("echo", "\"title\":\"now deletes\","));
        drifted.resumed = true;
        assertThat(settle(engine.interpret(drifted))).isEqualTo(Verdict.NEXT);
        var canonical = requireNonNull(first.call).canonical();
        assertThat(requireNonNull(same.call).canonical()).isEqualTo(canonical);
        assertThat(requireNonNull(other.call).canonical()).isNotEqualTo(canonical);
        assertThat(requireNonNull(drifted.call).canonical()).isNotEqualTo(canonical);
    }

    @Test
    void neverRunsAnApprovedCallOfAToolThatIsDefinedAnew() {
        var server = server(true);
        var engine = engine(server, false);
        var exchange = modernCall("echo", "{\"a\":1}");
        assertThat(settle(engine.interpret(exchange))).isEqualTo(Verdict.NEXT);
        exchange.approval("apr_x");
        assertThat(result(requireNonNull(engine.invoke(exchange).block(WAIT)))).containsKey("content");

        server.tools = List.of(McpTestServer.tool("echo", "\"title\":\"now deletes\","));
        assertThatThrownBy(() -> engine.invoke(exchange).block(WAIT))
                .isInstanceOf(NotSentException.class)
                .hasMessage("tool `echo` is no longer defined as it was when the call was approved");
        var again = modernCall("echo", "{\"a\":1}");
        assertThat(settle(engine.interpret(again))).isEqualTo(Verdict.NEXT);
        assertThat(requireNonNull(again.call).canonical())
                .isNotEqualTo(requireNonNull(exchange.call).canonical());

        server.tools = List.of();
        assertThatThrownBy(() -> engine.invoke(exchange).block(WAIT)).isInstanceOf(NotSentException.class);
        server.close();
        assertThatThrownBy(() -> engine.invoke(exchange).block(WAIT)).isInstanceOf(NotSentException.class);
        assertThat(server.calls)
                .filteredOn(call -> call.startsWith("tools/call"))
                .hasSize(1);
    }

    @Test
    void bindsCallsToTheServersAddress() {
        var here = modernCall("echo", "{}");
        var there = modernCall("echo", "{}");
        assertThat(settle(engine(server(true), false).interpret(here))).isEqualTo(Verdict.NEXT);
        assertThat(settle(engine(server(true), false).interpret(there))).isEqualTo(Verdict.NEXT);
        assertThat(requireNonNull(here.call).canonical())
                .isNotEqualTo(requireNonNull(there.call).canonical());
    }

    @Test
    void listsOnlyWhatTheCallerCouldBePermitted() {
        var engine = engine(server(true), false);
        var exchange = modern("tools/list", "", "");
        exchange.policies = new TestPolicies(request -> request.principal().equals(ALICE)
                && request.resource().id().equals("tools")
                && request.action().id().equals("echo"));
        assertThat(text(serve(engine, exchange))).contains("\"echo\"").doesNotContain("delete_customer", "slow");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"bad\",\"description\":\"a\\u200bb\",\"inputSchema\":{}}",
                "{\"name\":\"bad\",\"description\":\"a\\udb40\\udc41\",\"inputSchema\":{}}",
                "{\"name\":\"b\\u00e4d\",\"inputSchema\":{}}",
                "{\"name\":\"bad\",\"inputSchema\":{\"properties\":{\"a\":{\"description\":\"\\u202e\"}}}}",
                "{\"name\":\"bad\",\"inputSchema\":{\"$ref\":\"https://evil.example/s\"}}",
                "{\"name\":\"bad\"}",
                "{\"name\":\"bad\",\"inputSchema\":{\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}}",
                "{\"name\":\"bad\",\"inputSchema\":{\"items\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}",
                "{\"name\":\"bad\",\"inputSchema\":{}},{\"name\":\"bad\",\"inputSchema\":{}}"
            })
    void leavesOutToolsThatCouldMislead(String definition) {
        var server = server(true);
        server.tools = List.of(definition, McpTestServer.tool("echo", "\"title\":\"\u2699\ufe0f echo\","));
        var engine = engine(server, false);
        assertThat(Incoming.object(((List<?>) requireNonNull(result(serve(engine, modern("tools/list", "", "")))
                                .get("tools")))
                        .getFirst()))
                .containsEntry("name", "echo");
        var response = serve(engine, modernCall("bad", "{}"));
        assertThat(response.status()).isEqualTo(200);
        assertThat(code(response)).isEqualTo(-32602L);
    }

    @Test
    void mirrorsArgumentsIntoHeadersAndChecksThem() {
        var server = server(true);
        server.tools = List.of(
                "{\"name\":\"sql\",\"inputSchema\":{\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}}}");
        var engine = engine(server, false);
        var arguments = "{\"region\":\"\u4e16\"}";
        assertThat(code(serve(engine, modernCall("sql", arguments)))).isEqualTo(-32020L);
        assertThat(code(serve(engine, modernCall("sql", arguments).header("mcp-param-region", "other"))))
                .isEqualTo(-32020L);
        assertThat(result(serve(engine, modernCall("sql", arguments).header("mcp-param-region", "=?base64?5LiW?="))))
                .containsKey("content");
        assertThat(server.headers.getLast().get("mcp-param-region")).isEqualTo("=?base64?5LiW?=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | 400 | -32600",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}] | 400 | -32600",
                "{ | 400 | -32700",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"} | 400 | -32700",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"} | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"} | 400 | -32600",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"} | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}} | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]} | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"more\":1} | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"} | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":9007199254740993}} | 400 | -32700"
            })
    void refusesMalformedMessages(String body, int status, long code) {
        var response = serve(engine(server(true), false), post(body));
        assertThat(response.status()).isEqualTo(status);
        assertThat(code(response)).isEqualTo(code);
    }

    @Test
    void modernLaneChecksItsEnvelope() {
        var engine = engine(server(true), false);
        var missing = post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                .header("mcp-protocol-version", "2026-07-28");
        expect(engine, missing, 400, -32602);
        var noHeader = modern("tools/list", "", "");
        noHeader.requestHeaders.remove("mcp-protocol-version");
        expect(engine, noHeader, 400, -32020);
        expect(engine, modern("tools/list", "", "").header("mcp-protocol-version", "2026-07-28"), 400, -32020);
        var otherMethod = modern("tools/list", "", "");
        otherMethod.requestHeaders.set("mcp-method", "tools/call");
        expect(engine, otherMethod, 400, -32020);
        var otherName = modernCall("delete_customer", "{}");
        otherName.requestHeaders.set("mcp-name", "echo");
        expect(engine, otherName, 400, -32020);
        expect(engine, modern("resources/list", "", ""), 404, -32601);
        expect(engine, modern("initialize", "", ""), 404, -32601);
        expect(engine, modernCall("nope", "{}"), 200, -32602);
        expect(
                engine,
                modern("tools/call", "\"name\":\"echo\",\"requestState\":\"x\",", "")
                        .header("mcp-name", "echo"),
                200,
                -32602);
        var future = post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{"
                        + META.formatted("").replace("2026-07-28", "2027-01-01") + "}}")
                .header("mcp-protocol-version", "2027-01-01");
        var response = serve(engine, future);
        assertThat(code(response)).isEqualTo(-32022L);
        assertThat(text(response)).contains("\"supported\":[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\"]");
        assertThat(serve(
                                engine,
                                post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}")
                                        .header("mcp-protocol-version", "2026-07-28"))
                        .status())
                .isEqualTo(202);
    }

    private static void expect(Engine engine, TestExchange exchange, int status, long code) {
        var response = serve(engine, exchange);
        assertThat(response.status()).as(text(response)).isEqualTo(status);
        assertThat(code(response)).isEqualTo(code);
    }

    @Test
    void sessionsBelongToTheirPrincipal() {
        var engine = engine(server(true), false);
        var session = initialize(engine, ALICE);
        assertThat(serve(engine, legacy(session, "ping", "")).status()).isEqualTo(200);
        var stolen = legacy(session, "ping", "");
        stolen.principal = MALLORY;
        assertThat(serve(engine, stolen).status()).isEqualTo(404);
        var forged = (session.startsWith("A") ? "B" : "A") + session.substring(1);
        assertThat(serve(engine, legacy(forged, "ping", "")).status()).isEqualTo(404);
        assertThat(serve(engine, legacy(session + "=", "ping", "")).status()).isEqualTo(404);
        assertThat(serve(engine, legacy(session, "ping", "").header("mcp-session-id", session))
                        .status())
                .isEqualTo(400);
        assertThat(serve(engine, legacy(session, "ping", "").header("mcp-protocol-version", "2025-06-18"))
                        .status())
                .isEqualTo(400);
        expect(engine, legacy(session, "resources/list", ""), 200, -32601);
        var foreignEnd = TestExchange.of(HttpMethod.DELETE, "/mcp").header("mcp-session-id", session);
        foreignEnd.principal = MALLORY;
        assertThat(serve(engine, foreignEnd).status()).isEqualTo(404);
        var end = TestExchange.of(HttpMethod.DELETE, "/mcp").header("mcp-session-id", session);
        end.principal = ALICE;
        assertThat(serve(engine, end).status()).isEqualTo(204);
        assertThat(serve(engine, legacy(session, "ping", "")).status()).isEqualTo(404);
        for (var method : List.of(HttpMethod.GET, HttpMethod.DELETE, HttpMethod.OPTIONS)) {
            assertThat(serve(engine, TestExchange.of(method, "/mcp")).status()).isEqualTo(405);
        }
    }

    @Test
    void keepsWebPagesOut() {
        var engine = engine(server(true), false);
        for (var origin : List.of(
                "null", "https://evil.example", "http://app.example.com", "https://app.example.com:444", "*", "")) {
            assertThat(serve(engine, modern("tools/list", "", "").header("origin", origin))
                            .status())
                    .as(origin)
                    .isEqualTo(403);
        }
        var twice = modern("tools/list", "", "")
                .header("origin", "https://app.example.com")
                .header("origin", "https://app.example.com");
        assertThat(serve(engine, twice).status()).isEqualTo(403);
        var allowed = serve(engine, modern("tools/list", "", "").header("origin", "https://app.example.com"));
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(allowed.headers().contains("access-control-allow-origin")).isFalse();
        var noHost = modern("tools/list", "", "");
        noHost.authority = "";
        assertThat(serve(engine, noHost).status()).isEqualTo(403);
    }

    @Test
    void saysRefusalsInMcp() {
        var engine = engine(server(true), false);
        var exchange = modernCall("delete_customer", "{}");
        assertThat(settle(engine.interpret(exchange))).isEqualTo(Verdict.NEXT);
        var denied = engine.presenter()
                .denied(exchange, new Denial("policy_denied", 403, "Denied", "no policy permits this"));
        assertThat(denied.status()).isEqualTo(200);
        assertThat(result(denied)).containsEntry("isError", true).containsEntry("resultType", "complete");
        assertThat(text(denied)).contains("Denied: no policy permits this [policy_denied]", "\"id\":\"a-1\"");
        var limited = engine.presenter()
                .denied(exchange, new Denial("rate_limited", 429, "Slow down", "too many", Map.of("Retry-After", "3")));
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.headers().get("retry-after")).isEqualTo("3");
        assertThat(code(limited)).isEqualTo(429L);
        var failed = engine.presenter().denied(exchange, new Denial("filter_failed", 503, "Failed", "try later"));
        assertThat(failed.status()).isEqualTo(503);
        assertThat(code(failed)).isEqualTo(-32603L);
        var early = engine.presenter()
                .denied(
                        post("{}"),
                        new Denial(
                                "unauthenticated", 401, "Who are you", "no key", Map.of("WWW-Authenticate", "Bearer")));
        assertThat(early.status()).isEqualTo(401);
        assertThat(json(early)).doesNotContainKey("id");
        assertThat(early.headers().get("www-authenticate")).isEqualTo("Bearer");
    }

    @Test
    void saysThatACallWaits() {
        var engine = engine(server(false), false);
        var exchange = modernCall("delete_customer", "{}");
        assertThat(engine.presenter().hold(exchange)).isZero();
        assertThat(settle(engine.interpret(exchange))).isEqualTo(Verdict.NEXT);
        assertThat(engine.presenter().hold(exchange)).isEqualTo(Duration.ofSeconds(25));
        assertThat(engine.presenter().findsApprovalByDigest()).isTrue();
        var waiting = engine.presenter()
                .waiting(exchange, new Presenter.Waiting("apr_x", "/.gatehouse/approvals/apr_x", "risky", 0));
        assertThat(waiting.status()).isEqualTo(200);
        assertThat(CanonicalJson.of(result(waiting)))
                .contains(
                        "approval apr_x pending; repeat the identical call",
                        "\"isError\":true",
                        "\"io.gatehouse/approval\"",
                        "1970-01-01T00:00:00Z");
    }

    /** Whatever a stranger sends: a clean JSON-RPC error, or an answer; and nothing reaches the server as a call. */
    @Test
    void nothingButAnAnswerToWhateverIsSent() {
        var server = server(true);
        var engine = engine(server, false);
        var random = new Random(32020);
        var seed = ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{" + META.formatted("") + "}}");
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder(seed);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(300));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(20))));
                }
            }
            var exchange = post(text.toString());
            if (engine.interpret(exchange) instanceof Verdict.Deny deny) {
                var response = engine.presenter().denied(exchange, deny.denial());
                assertThat(response.status()).isBetween(200, 499);
                assertThat(code(response)).isInstanceOf(Long.class);
            }
        }
        assertThat(server.calls).noneMatch(line -> line.startsWith("tools/call"));
    }
}
