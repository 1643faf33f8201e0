package io.gatehouse.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.config.TestSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExplainCommandTest {
    private static final String CONFIG = """
            version: 1
            server: { listeners: [{ name: public, address: 127.0.0.1:8080 }] }
            upstreams: { orders: { targets: [http://127.0.0.1:9] } }
            policies: { files: [policies.yaml] }
            engines:
              tools: { type: mcp, url: "http://127.0.0.1:9/mcp", tools: { delete_order: { risk: 90 } } }
              trusted: { type: mcp, url: "http://127.0.0.1:9/mcp", trusted: true }
              crm:
                type: http
                url: http://127.0.0.1:9
                operations:
                  refund:
                    description: pays back
                    method: POST
                    path: /refunds
                    risk: 60
                    arguments: { amount: { type: integer, in: body } }
            chains:
              guarded:
                - api-key: { keys: [{ client: robot, key: "${ASSISTANT_KEY}", roles: [agent] }] }
                - authorize
            routes:
              - { name: orders, match: { path: /orders/** }, chain: guarded, to: orders, risk: 20 }
              - { name: mcp, match: { path: /mcp }, chain: guarded, to: tools }
              - { name: trusted, match: { path: /trusted }, chain: guarded, to: trusted }
              - { name: crm, match: { path: /crm/** }, chain: guarded, to: crm }
            """;
    private static final String POLICIES = """
            policies:
              - { id: orders, effect: permit, target: { actions: ["http:GET"] }, when: 'context.path == "/orders/7" && context.headers["x-a"] == "1, 2"' }
              - { id: tools, effect: permit, target: { roles: [agent], actions: ["mcp:*"] } }
              - { id: careful, effect: require-approval, when: action.risk >= 70 }
              - { id: refunds, effect: permit, target: { actions: ["operation:refund"] }, when: action.arguments.amount < 100 }
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("gatehouse.yaml"), CONFIG);
        Files.writeString(folder.resolve("policies.yaml"), POLICIES);
    }

    private String explain(String method, String path, String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var arguments = new String[more.length + 7];
        System.arraycopy(
                new String[] {
                    "explain",
                    "-c",
                    folder.resolve("gatehouse.yaml").toString(),
                    method,
                    "http://localhost" + path,
                    "--as",
                    "robot"
                },
                0,
                arguments,
                0,
                7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        int exit = CommandLines.create(TestSource.SOURCE, TestSource.ENVIRONMENT)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        assertThat(err.toString()).isEmpty();
        assertThat(exit).isZero();
        return out.toString().replace(System.lineSeparator(), "\n");
    }

    private static String call(String tool) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":{\"id\":\"7\"}}}";
    }

    @Test
    void judgesPlainRequestsByPathAndHeaders() {
        assertThat(explain("GET", "/orders/7", "-H", "X-A: 1", "-H", "x-a: 2"))
                .startsWith("""
                        route orders -> orders
                          identify   api-key
                          authorize  authorize
                        principal client:robot (roles agent)
                        """)
                .contains("verdict: permit", "orders");
        assertThat(explain("GET", "/orders/8")).contains("verdict: deny");
    }

    @Test
    void judgesAnOperationByItsArguments() {
        assertThat(explain("POST", "/crm/refund", "--data", "{\"amount\":99}"))
                .contains(
                        "  transform  engine crm\n",
                        "engine crm reads operation:refund on engine:crm\n",
                        "verdict: permit");
        assertThat(explain("POST", "/crm/refund", "--data", "{\"amount\":100}"))
                .contains("reads operation:refund", "verdict: deny");
    }

    @Test
    void readsTheBodyFromAFile() throws IOException {
        var body = Files.writeString(folder.resolve("body.json"), "{\"amount\":99}");

        assertThat(explain("POST", "/crm/refund", "--data", "@" + body)).contains("verdict: permit");
    }

    @Test
    void saysWhatTheEngineRefusesOrAnswers() {
        assertThat(explain("POST", "/crm/refund", "--data", "{\"amount\":\"many\"}"))
                .contains("engine crm refuses it before any policy is asked: 400 invalid_arguments: ")
                .doesNotContain("principal");
        assertThat(explain("POST", "/crm/none", "--data", "{}")).contains("404 unknown_operation");
        assertThat(explain("GET", "/crm/")).contains("engine crm answers by itself, with status 200");
    }

    @Test
    void judgesAToolCallAndSaysWhatTheServerWouldTell() {
        assertThat(explain("POST", "/mcp", "--data", call("delete_order")))
                .contains(
                        "engine tools reads mcp:delete_order on engine:tools\n",
                        "  assumed: the session is valid\n",
                        "  assumed: the server offers the tool `delete_order`\n",
                        "careful")
                .doesNotContain("annotations");
        assertThat(explain("POST", "/trusted", "--data", call("list_orders")))
                .contains("annotations, which the trusted server would tell, are the worst, and so is the risk");
    }

    @Test
    void doesNotGuessWhatOnlyTheServerKnows() {
        var list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}";

        assertThat(explain("POST", "/mcp", "--data", list))
                .contains("engine tools asks its server first, which explain does not");
    }
}
