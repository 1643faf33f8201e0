package io.gatehouse.gateway.telemetry;

import io.gatehouse.filters.edge.TraceContext;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Verdict;
import io.micrometer.core.instrument.Counter;
import io.netty.util.AsciiString;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts each request in a trace (W3C Trace Context). One that is sampled leaves a span, and its target gets that span as parent; of
 * one that is not, a caller's own context goes on as it came, so that no trace has a gap where nothing was recorded.
 */
final class TraceFilter implements Filter {
    private static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");
    private static final AsciiString TRACESTATE = AsciiString.cached("tracestate");
    private static final Key<Span> SPAN = new Key<>("span");
    private static final IdGenerator IDS = IdGenerator.random();
    private static final long NANOS_OF_MILLI = 1_000_000;

    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("gatehouse.route");
    private static final AttributeKey<String> LISTENER = AttributeKey.stringKey("gatehouse.listener");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("gatehouse.outcome");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("gatehouse.request_id");

    private final Tracer tracer;
    private final double share;
    private final boolean trust;
    private final Counter recorded;

    TraceFilter(Tracer tracer, TelemetryConfig.Traces config, Counter recorded) {
        this.tracer = tracer;
        this.share = config.sample().fraction();
        this.trust = config.trust();
        this.recorded = recorded;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        var headers = exchange.requestHeaders();
        var callers = TraceContext.of(headers.valueCharSequenceIterator(TRACEPARENT));
        if (callers == null) {
            headers.remove(TRACESTATE); // it tells of a trace that nobody knows
        }
        var own = exchange.get(TraceContext.KEY);
        if (own == null) { // else it was parked, and is judged again, with the headers that it came with
            own = begin(exchange, callers);
            exchange.put(TraceContext.KEY, own);
        }
        headers.set(TRACEPARENT, own.header());
        return Verdict.NEXT;
    }

    private TraceContext begin(Exchange exchange, @Nullable TraceContext callers) {
        if (callers == null) {
            return ThreadLocalRandom.current().nextDouble() < share
                    ? record(exchange, null)
                    : new TraceContext(IDS.generateTraceId(), IDS.generateSpanId(), false);
        }
        boolean sampled = trust ? callers.sampled() : isChosen(callers.traceId());
        return sampled ? record(exchange, callers) : callers;
    }

    /** Every gateway chooses alike: by the trace's lower eight bytes, which are random. */
    private boolean isChosen(String traceId) {
        long random = Long.parseUnsignedLong(traceId, 16, 32, 16) & Long.MAX_VALUE;
        return random < share * Long.MAX_VALUE;
    }

    private TraceContext record(Exchange exchange, @Nullable TraceContext parent) {
        long started = System.currentTimeMillis() * NANOS_OF_MILLI - exchange.elapsed(TimeUnit.NANOSECONDS);
        var builder = tracer.spanBuilder(
                        (isKnown(exchange) ? exchange.method().name() : "HTTP") + " " + exchange.routeName())
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(started, TimeUnit.NANOSECONDS);
        var span = (parent == null ? builder.setNoParent() : builder.setParent(context(parent))).startSpan();
        recorded.increment();
        exchange.put(SPAN, span);
        var context = span.getSpanContext();
        return new TraceContext(context.getTraceId(), context.getSpanId(), true);
    }

    /** Names of spans, and the attribute, are few: a client cannot add to them. */
    private static boolean isKnown(Exchange exchange) {
        return METHODS.contains(exchange.method().name());
    }

    private static Context context(TraceContext parent) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        parent.traceId(), parent.spanId(), TraceFlags.getSampled(), TraceState.getDefault())));
    }

    @Override
    public void onEnd(Exchange exchange, Outcome outcome) {
        var span = exchange.get(SPAN);
        if (span == null) {
            return;
        }
        span.setAttribute(METHOD, isKnown(exchange) ? exchange.method().name() : "_OTHER")
                .setAttribute(HOST, exchange.authority())
                .setAttribute(PATH, exchange.path())
                .setAttribute(ROUTE, exchange.routeName())
                .setAttribute(LISTENER, exchange.listener())
                .setAttribute(REQUEST_ID, exchange.requestId())
                .setAttribute(OUTCOME, outcome.code());
        if (outcome.status() > 0) {
            span.setAttribute(STATUS, (long) outcome.status());
        }
        if (outcome.status() >= 500 || outcome.cause() == Outcome.Cause.FAILED) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
