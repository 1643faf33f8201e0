package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.cli.CommandLines;
import io.gatehouse.gateway.config.TestSource;
import io.gatehouse.testkit.TestOrigin;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code explain} and the data plane show policies the same facts. */
final class ExplainedAsJudgedTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "context.time > 1700000000000",
                "context.address == '127.0.0.1'",
                "context.host.startsWith('localhost')",
                "context.method == 'GET' && action.id == 'GET' && action.type == 'http'",
                "context.path == '/a/b' && resource.type == 'path' && resource.id == '/a/b'",
                "context.route == 'all'",
                "has(context.listener)",
                "context.headers['x-a'].startsWith('1')",
                "context.headers['x-a'] == '1, 2'",
                "!has(context.headers.host)",
                "action.risk == 30",
                "has(context.nothing)"
            })
    void aConditionHoldsForBothOrForNeither(String condition) throws Exception {
        Files.writeString(
                folder.resolve("policies.yaml"),
                "policies:\n  - { id: only, effect: permit, when: \"" + condition + "\" }\n");
        try (var origin = TestOrigin.start();
                var gateway = RunningGateway.start(folder, """
                        version: 1
                        server:
                          listeners: [{ name: public, address: 127.0.0.1:0 }]
                          admin: { address: 127.0.0.1:0 }
                        upstreams: { origin: { targets: ["http://127.0.0.1:@PORT@"] } }
                        policies: { files: [policies.yaml] }
                        routes:
                          - { name: all, match: { path: /** }, filters: [authorize], to: origin, risk: 30 }
                        """.replace("@PORT@", Integer.toString(origin.port())));
                var client = gateway.client()) {
            var answer = client.exchange("GET /a//b?c HTTP/1.1\r\nHost: localhost:1\r\nX-A: 1\r\nx-a: 2\r\n\r\n");
            var out = new StringWriter();
            CommandLines.create(TestSource.SOURCE, Map.of())
                    .setOut(new PrintWriter(out))
                    .execute(
                            "explain",
                            "-c",
                            folder.resolve("gatehouse.yaml").toString(),
                            "GET",
                            "http://localhost:1/a//b?c",
                            "-H",
                            "X-A: 1",
                            "-H",
                            "x-a: 2");

            boolean permits = !condition.contains("nothing");
            assertThat(answer.status()).isEqualTo(permits ? 200 : 403);
            assertThat(out.toString()).contains(permits ? "verdict: permit" : "verdict: deny");
        }
    }
}
