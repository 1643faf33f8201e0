package io.gatehouse.gateway.telemetry;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Percent;
import io.gatehouse.config.Secret;
import io.gatehouse.config.Shorthand;
import io.gatehouse.filters.edge.Rotation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the gateway tells of itself, and to whom. */
public record TelemetryConfig(
        @Doc("the collector that metrics and traces are sent to") @Default("{}")
        Otlp otlp,

        @Doc("which requests leave a span; nothing is traced without `otlp`") @Default("{}")
        Traces traces,

        @Doc("the program's own log") @Default("{}") Logs logs) {

    /** An OpenTelemetry collector (OTLP over HTTP). */
    @Shorthand("url")
    public record Otlp(
            @Doc("such as http://127.0.0.1:4318, where /v1/metrics and /v1/traces are; empty: nothing is sent")
            @Default("")
            String url,

            @Doc("sent along, such as the collector's key") Map<String, Secret> headers,

            @Doc("how often metrics are sent, 1s or more") @Default("60s")
            Duration interval) {
        public Otlp {
            if (!url.isEmpty() && !isAddress(url)) {
                throw new IllegalArgumentException(
                        "url: expected an address such as `http://127.0.0.1:4318`, without a query, got `" + url + "`");
            }
            if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("interval: expected 1s or more");
            }
            headers.keySet().forEach(Otlp::requireFieldName);
        }

        private static boolean isAddress(String url) {
            try {
                var uri = URI.create(url);
                return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                        && uri.getHost() != null
                        && uri.getUserInfo() == null
                        && uri.getQuery() == null
                        && uri.getFragment() == null;
            } catch (IllegalArgumentException malformed) {
                return false;
            }
        }

        private static void requireFieldName(String name) {
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
                throw new IllegalArgumentException("headers: expected names of header fields, got `" + name + "`");
            }
        }

        boolean isSent() {
            return !url.isEmpty();
        }

        /** Where {@code signal} goes, such as {@code traces}. */
        String endpoint(String signal) {
            return (url.endsWith("/") ? url : url + "/") + "v1/" + signal;
        }
    }

    /** Which requests leave a span. */
    @Shorthand("sample")
    public record Traces(
            @Doc("the share of traces that leave a span, chosen by their ids") @Default("10%")
            Percent sample,

            @Doc("whether a caller's sampled flag decides in place of `sample`: only where all callers are your own")
            @Default("false")
            boolean trust) {}

    /** Where the program's own log goes. */
    @Shorthand("format")
    public record Logs(
            @Doc("json: one object a line; text: for people") @Default("json")
            Format format,

            @Doc("left out: standard error") @Nullable Path file,

            @Doc("of the file: FILE.1 is the one before") @Default("{}")
            Rotation rotate) {
        public Logs {
            if (file != null && file.getFileName() == null) {
                throw new IllegalArgumentException("file: expected a file, got `" + file + "`");
            }
        }
    }

    /** How a line of the log is written. */
    public enum Format {
        JSON,
        TEXT
    }
}
