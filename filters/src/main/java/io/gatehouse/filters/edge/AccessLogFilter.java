package io.gatehouse.filters.edge;

import io.gatehouse.filters.text.JsonLine;
import io.gatehouse.filters.text.QueryMask;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Writes one line of JSON a request, when it has ended. */
final class AccessLogFilter implements Filter {
    private static final int LONGEST_AGENT = 256;
    private static final FastThreadLocal<JsonLine> LINE = new FastThreadLocal<>() {
        @Override
        protected JsonLine initialValue() {
            return new JsonLine();
        }
    };

    private final LineWriter writer;
    private final double share;
    private final InstantSource clock;
    private final Runnable release;

    AccessLogFilter(LineWriter writer, double share, InstantSource clock, Runnable release) {
        this.writer = writer;
        this.share = share;
        this.clock = clock;
        this.release = release;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return Verdict.NEXT;
    }

    @Override
    public void onEnd(Exchange exchange, Outcome outcome) {
        if (share >= 1 || ThreadLocalRandom.current().nextDouble() < share) {
            writer.offer(line(exchange, outcome));
        }
    }

    private byte[] line(Exchange exchange, Outcome outcome) {
        var decision = exchange.decision();
        var trace = exchange.get(TraceContext.KEY);
        return LINE.get()
                .begin()
                .text("time", clock.instant().toString())
                .text("requestId", exchange.requestId())
                .text("traceId", trace == null ? null : trace.traceId())
                .text("listener", exchange.listener())
                .text("route", exchange.routeName())
                .text("clientAddress", exchange.clientAddress())
                .text("principal", exchange.principal().reference())
                .text("method", exchange.method().name())
                .text("host", exchange.authority())
                .text("path", exchange.path())
                .text("query", QueryMask.mask(exchange.query()))
                .text("userAgent", agent(exchange))
                .text(
                        "decision",
                        decision == null ? null : decision.verdict().name().toLowerCase(Locale.ROOT))
                .text("approval", exchange.approval())
                .text("outcome", outcome.code())
                .number("status", outcome.status())
                .text("target", exchange.target())
                .numberUnless(0, "upstreamStatus", outcome.upstreamStatus())
                .number("requestBytes", outcome.requestBytes())
                .number("responseBytes", outcome.responseBytes())
                .number("durationMicros", outcome.durationNanos() / 1000)
                .endLine();
    }

    private static @Nullable String agent(Exchange exchange) {
        var agent = exchange.requestHeaders().get(HttpHeaderNames.USER_AGENT);
        return agent == null || agent.length() <= LONGEST_AGENT ? agent : agent.substring(0, LONGEST_AGENT);
    }

    @Override
    public void close() {
        release.run();
    }
}
