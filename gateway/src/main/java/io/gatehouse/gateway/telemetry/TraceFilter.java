package io.gatehouse.gateway.telemetry;

import io.gatehouse.filters.edge.TraceContext;
import io.gatehouse.proxy.filter.EarlyEnds;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Verdict;
import io.micrometer.core.instrument.Counter;
import io.netty.handler.codec.http.HttpMethod;
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
 * one that is not, a caller's own context goes on as it came, so that no trace has a gap where nothing was recorded. A request that
 * ends before it reaches any filter leaves a span of the same kind, without a route.
 */
final class TraceFilter implements Filter, EarlyEnds {
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
        if (!isSampled(callers)) {
            return callers != null ? callers : new TraceContext(IDS.generateTraceId(), IDS.generateSpanId(), false);
        }
        var span = start(name(exchange.method()) + " " + exchange.routeName(), exchange.startNanos(), callers);
        exchange.put(SPAN, span);
        var context = span.getSpanContext();
        return new TraceContext(context.getTraceId(), context.getSpanId(), true);
    }

    /** A stranger's trace is recorded or not by the gateway's own coin: its flag and its id are what that stranger likes. */
    private boolean isSampled(@Nullable TraceContext callers) {
        if (callers != null && trust) {
            return callers.sampled();
        }
        return ThreadLocalRandom.current().nextDouble() < share;
    }

    private Span start(String name, long startNanos, @Nullable TraceContext parent) {
        long started = System.currentTimeMillis() * NANOS_OF_MILLI - (System.nanoTime() - startNanos);
        var builder =
                tracer.spanBuilder(name).setSpanKind(SpanKind.SERVER).setStartTimestamp(started, TimeUnit.NANOSECONDS);
        recorded.increment();
        return (parent == null ? builder.setNoParent() : builder.setParent(context(parent))).startSpan();
    }

    /** Names of spans, and the attribute, are few: a client cannot add to them. */
    private static boolean isKnown(HttpMethod method) {
        return METHODS.contains(method.name());
    }

    private static String name(HttpMethod method) {
        return isKnown(method) ? method.name() : "HTTP";
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
        span.setAttribute(ROUTE, exchange.routeName());
        end(span, Early.of(exchange), outcome);
    }

    @Override
    public void ended(Early request, Outcome outcome) {
        var callers = TraceContext.of(request.headers().valueCharSequenceIterator(TRACEPARENT));
        if (isSampled(callers)) {
            end(start(name(request.method()), request.startNanos(), callers), request, outcome);
        }
    }

    private static void end(Span span, Early request, Outcome outcome) {
        span.setAttribute(METHOD, isKnown(request.method()) ? request.method().name() : "_OTHER")
                .setAttribute(HOST, request.authority())
                .setAttribute(LISTENER, request.listener())
                .setAttribute(OUTCOME, outcome.code());
        var path = request.path();
        if (path != null) {
            span.setAttribute(PATH, path);
        }
        if (!request.requestId().isEmpty()) {
            span.setAttribute(REQUEST_ID, request.requestId());
        }
        if (outcome.status() > 0) {
            span.setAttribute(STATUS, (long) outcome.status());
        }
        if (outcome.status() >= 500 || outcome.cause() == Outcome.Cause.FAILED) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
