package io.gatehouse.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** A collector: takes OTLP over HTTP and decodes it. */
final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final BlockingQueue<Span> spans = new LinkedBlockingQueue<>();
    private final List<Metric> metrics = new CopyOnWriteArrayList<>();
    private final List<String> resources = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            for (var resource :
                    ExportTraceServiceRequest.parseFrom(body(exchange)).getResourceSpansList()) {
                resource.getResource().getAttributesList().forEach(one -> resources.add(text(one)));
                resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
            }
            answer(exchange);
        });
        server.createContext("/v1/metrics", exchange -> {
            for (var resource :
                    ExportMetricsServiceRequest.parseFrom(body(exchange)).getResourceMetricsList()) {
                resource.getScopeMetricsList().forEach(scope -> metrics.addAll(scope.getMetricsList()));
            }
            answer(exchange);
        });
        server.start();
    }

    private byte[] body(HttpExchange exchange) throws IOException, InvalidProtocolBufferException {
        keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("collector-key")));
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        return "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))
                ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes()
                : bytes;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    static String text(KeyValue attribute) {
        var value = attribute.getValue();
        return attribute.getKey() + "="
                + (value.hasStringValue() ? value.getStringValue() : Long.toString(value.getIntValue()));
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next span, within some seconds. */
    Span take() throws InterruptedException {
        var span = spans.poll(15, TimeUnit.SECONDS);
        if (span == null) {
            throw new IllegalStateException("no span came");
        }
        return span;
    }

    static List<String> attributes(Span span) {
        var attributes = new ArrayList<String>();
        span.getAttributesList().forEach(attribute -> attributes.add(text(attribute)));
        return attributes;
    }

    List<String> metrics() {
        return metrics.stream().map(Metric::getName).toList();
    }

    /** Every histogram that has come, of whatever name. */
    List<Metric> histograms() {
        return metrics.stream().filter(Metric::hasHistogram).toList();
    }

    List<String> resources() {
        return resources;
    }

    List<String> keys() {
        return keys;
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
