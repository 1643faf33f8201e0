package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.Default;
import io.gatehouse.filters.BuiltInFilters;
import io.gatehouse.gateway.config.Extensions;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Services;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a reload keeps of filters, what it closes, and when; and what becomes of one whose filters cannot be made. */
final class FilterReloadTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    private Path folder;

    private final ConcurrentLinkedQueue<String> closed = new ConcurrentLinkedQueue<>();
    private final TestOrigin origin = TestOrigin.start();

    @AfterEach
    void stop() {
        origin.close();
    }

    enum Fault {
        NONE,
        ARITHMETIC,
        UNCHECKED,
        LINKAGE,
        SETTINGS
    }

    record Marked(String mark, @Default("none") Fault fault) {}

    /** Makes filters that tell when they were closed. */
    private final class Marks implements FilterFactory<Marked> {
        @Override
        public String name() {
            return "mark";
        }

        @Override
        public Class<Marked> configType() {
            return Marked.class;
        }

        @Override
        public Phase phase(Marked config) {
            if (config.fault() == Fault.SETTINGS) {
                throw new NoClassDefFoundError("of settings");
            }
            return Phase.EDGE;
        }

        @Override
        public Filter create(Marked config, Services services) {
            return switch (config.fault()) {
                case NONE, SETTINGS -> new Mark(config.mark());
                case ARITHMETIC -> throw new ArithmeticException("integer overflow");
                case UNCHECKED -> throw new UncheckedIOException(new IOException("disk full"));
                case LINKAGE -> throw new NoClassDefFoundError("of a filter");
            };
        }
    }

    private final class Mark implements Filter {
        private final String mark;

        Mark(String mark) {
            this.mark = mark;
        }

        @Override
        public Verdict onRequest(Exchange exchange) {
            return Verdict.NEXT;
        }

        @Override
        public void onResponse(Exchange exchange, ResponseHead head) {
            head.headers().set("X-Mark", mark + (closed.contains(mark) ? " closed" : " open"));
        }

        @Override
        public void close() {
            closed.add(mark);
        }
    }

    private String config(String drain, String filters) {
        return """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0, token: "${APPROVER}" }
                  drain: %s
                upstreams: { origin: { targets: ["%s"] } }
                routes: [{ name: all, match: { path: / }, filters: [%s], to: origin }]
                """.formatted(drain, origin.uri(), filters);
    }

    private RunningGateway start(String drain, String filters) throws IOException {
        List<FilterFactory<?>> factories = new ArrayList<>(BuiltInFilters.factories());
        factories.add(new Marks());
        return RunningGateway.start(
                folder,
                config(drain, filters),
                Transport.kindFrom(Map.of()),
                Extensions.of(factories, BuiltIns.extensions().engines().values()));
    }

    private void write(String config) throws IOException {
        Files.writeString(folder.resolve("gatehouse.yaml"), config);
    }

    private String audited() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.walk(folder.resolve("data/audit"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aReloadThatFailsInWhicheverWayIsRefusedAndLeavesNothing(Fault fault) throws Exception {
        try (var gateway = start("0s", "{ mark: { mark: first } }");
                var client = gateway.client()) {
            var made = "{ mark: { mark: second } }, { mark: { mark: third, fault: %s } }"
                    .formatted(fault.name().toLowerCase(Locale.ROOT));
            write(config("0s", made));

            var answer = gateway.call("POST", "/v1/config/reload");

            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("config_invalid", "gatehouse.yaml: cannot be ");
            assertThat(gateway.call("GET", "/metrics").body())
                    .contains("gatehouse_config_last_reload_success 0.0")
                    .containsPattern("gatehouse_config_reloads_total\\{result=\"refused\"} [1-9]");
            assertThat(audited()).contains("configuration_refused").doesNotContain("configuration_applied");
            if (fault != Fault.SETTINGS) {
                assertThat(closed).contains("second");
            }
            assertThat(closed).doesNotContain("first");
            assertThat(client.exchange(GET).header("x-mark")).isEqualTo("first open");

            write(config("0s", "{ mark: { mark: fourth } }"));
            assertThat(gateway.call("POST", "/v1/config/reload").statusCode()).isEqualTo(200);
            assertThat(gateway.call("GET", "/metrics").body()).contains("gatehouse_config_last_reload_success 1.0");
        }
    }

    @Test
    void aReloadThatShortensTheDrainDoesSoForWhatComesAfterIt() throws Exception {
        var gate = new CompletableFuture<Void>();
        origin.otherwise(Script.after(gate, Script.of(200, "text/plain", "late")));
        try (var gateway = start("1h", "{ mark: { mark: before } }");
                var client = gateway.client()) {
            client.send(GET);
            origin.take();
            write(config("0s", "{ mark: { mark: after } }"));
            assertThat(gateway.call("POST", "/v1/config/reload").statusCode()).isEqualTo(200);
            gate.complete(null);
            assertThat(client.read().header("x-mark")).isEqualTo("before open");
            assertThat(client.exchange(GET).header("x-mark")).isEqualTo("after open");
        }
    }

    @Test
    void aFilterIsKeptWhereOthersComeBeforeIt() throws Exception {
        var limit = "{ rate-limit: { limit: 2/h, by: address } }";
        try (var gateway = start("0s", limit);
                var client = gateway.client()) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            assertThat(client.exchange(GET).status()).isEqualTo(200);
            write(config("0s", "request-id, { mark: { mark: new } }, " + limit));
            assertThat(gateway.call("POST", "/v1/config/reload").statusCode()).isEqualTo(200);
            assertThat(client.exchange(GET).status()).isEqualTo(429);

            write(config("0s", limit.replace("2/h", "3/h")));
            assertThat(gateway.call("POST", "/v1/config/reload").statusCode()).isEqualTo(200);
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
    }
}
