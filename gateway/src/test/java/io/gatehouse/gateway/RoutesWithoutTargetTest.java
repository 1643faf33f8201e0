package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.cli.CommandLines;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.Extensions;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.gateway.config.TestSource;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.testkit.RawClient;
import io.gatehouse.testkit.RawResponse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes whose filters answer by themselves have no target, and let nothing through that was not permitted. */
final class RoutesWithoutTargetTest {
    private static final String SERVER = """
            version: 1
            server:
              listeners: [{ name: public, address: 127.0.0.1:0 }]
              admin: { address: 127.0.0.1:0 }
            """;

    @TempDir
    private Path folder;

    private static RawResponse ask(RawClient client, String path) {
        return client.exchange("GET " + path + " HTTP/1.1\r\nHost: a.example:81\r\n\r\n");
    }

    @Test
    void answerOnlyWhatIsPermitted() throws Exception {
        Files.writeString(
                folder.resolve("policies.yaml"),
                "policies: [{ id: one, effect: permit, when: \"context.path == '/one'\" }]\n");
        try (var gateway = RunningGateway.start(folder, SERVER + """
                        policies: { files: [policies.yaml] }
                        routes:
                          - name: moved
                            match: { hosts: [a.example], path: /moved/** }
                            filters: [{ redirect: { to: "https://{host}{uri}", status: 301 } }]
                          - { name: said, match: { path: /** }, filters: [authorize, { respond: { body: hello } }] }
                        """);
                var client = gateway.client()) {
            var moved = ask(client, "/moved/on?a=b");
            assertThat(moved.status()).isEqualTo(301);
            assertThat(moved.header("location")).isEqualTo("https://a.example/moved/on?a=b");
            assertThat(ask(client, "/one").text()).isEqualTo("hello");
            assertThat(ask(client, "/two").status()).isEqualTo(403);
        }
        assertThat(told("check", "-c", "gatehouse.yaml"))
                .contains(
                        "route moved: any method a.example /moved/** -> redirect",
                        "route said: any method any host /** -> respond");
        assertThat(told("explain", "-c", "gatehouse.yaml", "GET", "http://b.example/one"))
                .contains("route said -> respond", "verdict: permit");
    }

    private String told(String command, String option, String file, String... more) {
        var out = new StringWriter();
        var arguments =
                new ArrayList<>(List.of(command, option, folder.resolve(file).toString()));
        arguments.addAll(List.of(more));
        CommandLines.create(TestSource.SOURCE, Map.of())
                .setOut(new PrintWriter(out))
                .execute(arguments.toArray(String[]::new));
        return out.toString();
    }

    /** Says that it answers, and does not. */
    static final class Liar implements FilterFactory<Liar.Nothing> {
        record Nothing() {}

        @Override
        public String name() {
            return "liar";
        }

        @Override
        public Class<Nothing> configType() {
            return Nothing.class;
        }

        @Override
        public Phase phase(Nothing config) {
            return Phase.INJECT;
        }

        @Override
        public boolean answersInPlaceOfTarget(Nothing config) {
            return true;
        }

        @Override
        public Filter create(Nothing config, Services services) {
            return exchange -> Verdict.NEXT;
        }
    }

    @Test
    void failWhereNoFilterAnswers() throws Exception {
        var file = folder.resolve("gatehouse.yaml");
        Files.writeString(file, SERVER + "routes: [{ name: all, match: { path: /** }, filters: [liar] }]\n");
        var loaded = new ConfigSource(Extensions.of(List.of(new Liar()), List.of())).load(file, Map.of());
        try (var gateway = Gateway.start(file, (LoadedConfig) loaded, Map.of("GATEHOUSE_LOOPS", "1"));
                var client = RawClient.connect(gateway.addresses().getFirst().getPort())) {
            assertThat(ask(client, "/").status()).isEqualTo(502);
        }
    }
}
