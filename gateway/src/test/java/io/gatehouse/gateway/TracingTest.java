package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.gatehouse.testkit.RecordedRequest;
import io.gatehouse.testkit.TestOrigin;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trace context in and out, and what a collector gets. */
final class TracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLERS = "00-" + TRACE + "-00f067aa0ba902b7-0";

    @TempDir
    private Path folder;

    private TestOrigin origin;
    private OtlpReceiver collector;

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start();
        collector = new OtlpReceiver();
    }

    @AfterEach
    void stop() {
        collector.close();
        origin.close();
    }

    private RunningGateway gateway(String traces) throws IOException {
        return RunningGateway.start(folder, """
                version: 1
                server:
                  listeners: [{ name: public, address: 127.0.0.1:0 }]
                  admin: { address: 127.0.0.1:0, tokens: [{ name: ada, token: "${APPROVER}" }] }
                telemetry:
                  otlp: { url: "@URL@", headers: { collector-key: "${KEY}" }, interval: 1s }
                  traces: @TRACES@
                upstreams:
                  origin: { targets: ["http://127.0.0.1:@PORT@"] }
                  nobody: { targets: ["http://127.0.0.1:1"] }
                engines:
                  crm:
                    type: http
                    url: "http://127.0.0.1:@PORT@"
                    operations: { find: { description: finds, method: GET, path: /customers, arguments: {} } }
                routes:
                  - { name: calls, match: { path: /crm/** }, filters: [], to: crm }
                  - { name: down, match: { path: /down }, filters: [], to: nobody }
                  - name: held
                    match: { path: /held }
                    to: origin
                    filters:
                      - api-key: { keys: [{ client: agent, key: "${KEY}", roles: [agent] }] }
                      - approve: { when: "true", hold: 1m }
                  - { name: all, match: { path: /**, methods: [GET, POST, MADEUP] }, filters: [request-id, { access-log: { to: @LOG@ } }], to: origin }
                """.replace("@URL@", collector.url())
                .replace("@TRACES@", traces)
                .replace("@LOG@", folder.resolve("access.log").toString())
                .replace("@PORT@", Integer.toString(origin.port())));
    }

    private static int get(RunningGateway gateway, String path, String... headers) {
        try (var client = gateway.client()) {
            var lines = new StringBuilder();
            for (var header : headers) {
                lines.append(header).append("\r\n");
            }
            return client.exchange("GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n" + lines + "\r\n")
                    .status();
        }
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static String parent(RecordedRequest request) {
        return Objects.requireNonNull(request.headers().first("traceparent"));
    }

    @Test
    void aNewTraceBeginsHereAndGoesOnToTheTarget() throws Exception {
        try (var gateway = gateway("100%")) {
            assertThat(get(gateway, "/a/b?secret=1", "tracestate: of=nothing")).isEqualTo(200);
            var request = origin.take();
            var span = collector.take();

            assertThat(parent(request)).isEqualTo("00-" + hex(span.getTraceId()) + "-" + hex(span.getSpanId()) + "-01");
            assertThat(request.headers().first("tracestate")).isNull();
            assertThat(span.getName()).isEqualTo("GET all");
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(span.getParentSpanId()).isEqualTo(ByteString.EMPTY);
            assertThat(OtlpReceiver.attributes(span))
                    .contains(
                            "http.request.method=GET",
                            "url.path=/a/b",
                            "server.address=shop.example",
                            "http.response.status_code=200",
                            "gatehouse.route=all",
                            "gatehouse.outcome=served",
                            "gatehouse.request_id=" + request.headers().first("x-request-id"))
                    .noneMatch(attribute -> attribute.contains("secret"));
            assertThat(span.getEndTimeUnixNano()).isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
            assertThat(collector.resources()).contains("service.name=gatehouse", "service.instance.id=gatehouse-1");
            assertThat(collector.keys()).containsOnly(RunningGateway.KEY);
            await().until(() -> Files.readString(folder.resolve("access.log")).contains(hex(span.getTraceId())));
        }
    }

    @Test
    void aCallersTraceGoesOnWithItsState() throws Exception {
        try (var gateway = gateway("100%")) {
            get(gateway, "/", "traceparent: " + CALLERS + "1", "tracestate: vendor=1", "tracestate: other=2");
            var request = origin.take();
            var span = collector.take();

            assertThat(hex(span.getTraceId())).isEqualTo(TRACE);
            assertThat(hex(span.getParentSpanId())).isEqualTo("00f067aa0ba902b7");
            assertThat(parent(request)).isEqualTo("00-" + TRACE + "-" + hex(span.getSpanId()) + "-01");
            assertThat(request.headers().values("tracestate")).containsExactly("vendor=1", "other=2");
        }
    }

    @Test
    void whatIsNotChosenLeavesNoSpanAndNoGap() throws Exception {
        try (var gateway = gateway("0%")) {
            get(gateway, "/", "traceparent: " + CALLERS + "1");
            assertThat(parent(origin.take())).isEqualTo(CALLERS + "1");

            get(gateway, "/", "traceparent: not one");
            assertThat(parent(origin.take())).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
        }
        assertThat(collector.isEmpty()).isTrue(); // closing sends what is queued
    }

    private static final Pattern ID = Pattern.compile("apr_[0-9a-z]{26}");

    private static String onlyApproval(RunningGateway gateway) throws IOException, InterruptedException {
        var found = ID.matcher(gateway.call("GET", "/v1/approvals").body());
        return found.find() ? found.group() : "";
    }

    @Test
    void aHeldRequestGoesOnInItsOwnTraceAndNotInTheCallers() throws Exception {
        try (var gateway = gateway("100%");
                var client = gateway.client()) {
            client.send("GET /held HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\ntraceparent: not one\r\ntracestate: of=nothing\r\n\r\n");
            await().until(() -> !onlyApproval(gateway).isEmpty());
            gateway.approve(onlyApproval(gateway));
            assertThat(client.read().status()).isEqualTo(200);
            var request = origin.take();
            var span = collector.take();

            assertThat(parent(request)).isEqualTo("00-" + hex(span.getTraceId()) + "-" + hex(span.getSpanId()) + "-01");
            assertThat(request.headers().first("tracestate")).isNull();
        }
    }

    @Test
    void aClientCannotNameSpansByItsMethods() throws Exception {
        try (var gateway = gateway("100%");
                var client = gateway.client()) {
            assertThat(client.exchange("MADEUP / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(200);
            var span = collector.take();
            assertThat(span.getName()).isEqualTo("HTTP all");
            assertThat(OtlpReceiver.attributes(span)).contains("http.request.method=_OTHER");
        }
    }

    @Test
    void aTrustedCallersFlagDecides() throws Exception {
        try (var gateway = gateway("{ sample: 0%, trust: true }")) {
            get(gateway, "/", "traceparent: " + CALLERS + "0");
            assertThat(parent(origin.take())).isEqualTo(CALLERS + "0");
            get(gateway, "/", "traceparent: " + CALLERS + "1");
            var span = collector.take();
            assertThat(hex(span.getTraceId())).isEqualTo(TRACE);
        }
    }

    @Test
    void aStrangersTraceDecidesNothing() throws Exception {
        try (var gateway = gateway("1%")) {
            int recorded = 0;
            for (int i = 0; i < 60; i++) {
                get(gateway, "/", "traceparent: 00-%016x0000000000000000-1111111111111111-00".formatted(i + 1));
                recorded += parent(origin.take()).endsWith("-01") ? 1 : 0;
            }
            assertThat(recorded).as("of 60, at one in a hundred").isLessThan(15);
        }
    }

    @Test
    void anEngineTellsItsTargetOfTheTrace() throws Exception {
        try (var gateway = gateway("100%");
                var client = gateway.client()) {
            assertThat(client.exchange("POST /crm/find HTTP/1.1\r\nHost: a\r\ntraceparent: " + CALLERS
                                    + "1\r\ntracestate: vendor=1\r\nContent-Length: 0\r\n\r\n")
                            .status())
                    .isEqualTo(200);
            var request = origin.take();
            var span = collector.take();

            assertThat(span.getName()).isEqualTo("POST calls");
            assertThat(hex(span.getParentSpanId())).isEqualTo("00f067aa0ba902b7");
            assertThat(parent(request)).isEqualTo("00-" + TRACE + "-" + hex(span.getSpanId()) + "-01");
            assertThat(request.headers().first("tracestate")).isEqualTo("vendor=1");
        }
    }

    @Test
    void whatNoRouteTakesLeavesASpanWithoutARoute() throws Exception {
        try (var gateway = gateway("100%");
                var client = gateway.client()) {
            assertThat(client.exchange("DELETE /gone?secret=1 HTTP/1.1\r\nHost: shop.example\r\ntraceparent: " + CALLERS
                                    + "1\r\n\r\n")
                            .status())
                    .isEqualTo(405);
            var span = collector.take();

            assertThat(span.getName()).isEqualTo("DELETE");
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(hex(span.getTraceId())).isEqualTo(TRACE);
            assertThat(hex(span.getParentSpanId())).isEqualTo("00f067aa0ba902b7");
            assertThat(span.getEndTimeUnixNano()).isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
            assertThat(OtlpReceiver.attributes(span))
                    .contains(
                            "http.request.method=DELETE",
                            "url.path=/gone",
                            "server.address=shop.example",
                            "http.response.status_code=405",
                            "gatehouse.listener=public",
                            "gatehouse.outcome=method_not_allowed")
                    .noneMatch(attribute -> attribute.startsWith("gatehouse.route=") || attribute.contains("secret"));
        }
    }

    @Test
    void whatIsRefusedForItsHeadLeavesASpanWithoutAPath() throws Exception {
        try (var gateway = gateway("100%")) {
            assertThat(get(gateway, "/a/%2e%2e%2fb")).isEqualTo(400);
            var span = collector.take();

            assertThat(span.getName()).isEqualTo("GET");
            assertThat(OtlpReceiver.attributes(span))
                    .contains(
                            "http.request.method=GET",
                            "http.response.status_code=400",
                            "gatehouse.outcome=malformed_request")
                    .noneMatch(attribute -> attribute.startsWith("url.path="));
        }
    }

    @Test
    void whatNoRouteTakesIsSampledLikeTheRest() throws Exception {
        try (var gateway = gateway("0%")) {
            assertThat(get(gateway, "/.gatehouse/none")).isEqualTo(404);
        }
        assertThat(collector.isEmpty()).isTrue(); // closing sends what is queued
    }

    @Test
    void askingForAnApprovalLeavesASpanToo() throws Exception {
        try (var gateway = gateway("100%")) {
            get(gateway, "/.gatehouse/approvals/apr_00000000000000000000000000");
            assertThat(collector.take().getName()).isEqualTo("GET gatehouse-approvals");
        }
    }

    @Test
    void aTargetThatIsDownIsAnErrorOfTheSpan() throws Exception {
        try (var gateway = gateway("100%")) {
            assertThat(get(gateway, "/down")).isEqualTo(502);
            var span = collector.take();
            assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        }
    }

    @Test
    void metricsAreSentToo() throws Exception {
        try (var gateway = gateway("0%")) {
            get(gateway, "/");
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> collector
                            .metrics()
                            .containsAll(java.util.List.of("gatehouse.requests", "jvm.memory.used")));
        }
        assertThat(collector.keys()).containsOnly(RunningGateway.KEY);
    }

    @Test
    void theHistogramOfDurationsIsSentToo() throws Exception {
        try (var gateway = gateway("0%")) {
            get(gateway, "/");
            get(gateway, "/");
            get(gateway, "/down");
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> collector.histograms().stream()
                            .anyMatch(metric -> metric.getHistogram().getDataPointsCount() == 2));
            get(gateway, "/");
        }
        var last = collector.histograms().getLast(); // what is not sent yet when it closes is sent then
        assertThat(last.getName()).isEqualTo("gatehouse.request.duration");
        assertThat(last.getUnit()).isEqualTo("s");
        assertThat(last.getHistogram().getAggregationTemporality())
                .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
        var points = last.getHistogram().getDataPointsList().stream()
                .collect(Collectors.toMap(
                        point -> OtlpReceiver.text(point.getAttributesList().getFirst()), point -> point));
        assertThat(points).containsOnlyKeys("route=all", "route=down");
        var all = Objects.requireNonNull(points.get("route=all"));
        assertThat(all.getCount()).isEqualTo(3);
        assertThat(all.getBucketCountsList().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(3);
        assertThat(all.getBucketCountsCount()).isEqualTo(all.getExplicitBoundsCount() + 1);
        assertThat(all.getExplicitBounds(0)).isEqualTo(0.0005);
        assertThat(all.getSum()).isBetween(0.0, 30.0);
        assertThat(all.getTimeUnixNano()).isGreaterThan(all.getStartTimeUnixNano());
    }
}
