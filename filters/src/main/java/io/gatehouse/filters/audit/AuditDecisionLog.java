package io.gatehouse.filters.audit;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.Details;
import io.gatehouse.filters.approve.ApprovedRequest;
import io.gatehouse.filters.text.QueryMask;
import io.gatehouse.policy.Decision;
import io.gatehouse.proxy.RouteConfig.AuditMode;
import io.gatehouse.proxy.filter.DecisionLog;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.filter.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Commits decisions and outcomes to the audit log: queued, or on stable storage before the request is forwarded. Requests that
 * ride on an approval are always durable. What the log does not take is not forwarded.
 */
public final class AuditDecisionLog implements DecisionLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditDecisionLog.class);
    private static final int LONGEST_AGENT = 256;
    private static final int LONGEST_TEXT = 2048;
    private static final Verdict.Deny UNAVAILABLE = new Denial(
                    "audit_unavailable",
                    503,
                    "audit unavailable",
                    "the decision cannot be recorded now, so nothing may run; try again later")
            .deny();

    private final AuditLog log;
    private final AuditMode mode;
    private final InstantSource clock;
    private final Counter refused;
    private final Counter lost;

    /** One for each {@code mode}; neither is closed. */
    public AuditDecisionLog(AuditLog log, AuditMode mode, InstantSource clock, MeterRegistry meters) {
        this.log = log;
        this.mode = mode;
        this.clock = clock;
        this.refused = meters.counter("gatehouse.audit.decisions.refused");
        this.lost = meters.counter("gatehouse.audit.outcomes.lost");
    }

    @Override
    public Verdict decided(Exchange exchange, @Nullable Denial denial) {
        var event = decision(exchange, denial);
        if (durable(exchange)) {
            return new Verdict.Later(log.append(event)
                    .<Verdict.Settled>map(receipt -> Verdict.NEXT)
                    .onErrorResume(failure -> Mono.just(unavailable())));
        }
        return log.offer(event) ? Verdict.NEXT : unavailable();
    }

    private boolean durable(Exchange exchange) {
        return mode == AuditMode.DURABLE || exchange.approval() != null;
    }

    private Verdict.Settled unavailable() {
        refused.increment();
        return UNAVAILABLE;
    }

    @Override
    public void ended(Exchange exchange, Outcome outcome) {
        var event = outcome(exchange, outcome);
        if (durable(exchange)) {
            var _ = log.append(event).subscribe(receipt -> {}, failure -> lost(event));
        } else if (!log.offer(event)) {
            lost(event);
        }
    }

    /** The log itself says that it fails and stops what comes next; this request has run already. */
    private void lost(AuditEvent event) {
        lost.increment();
        LOG.error("request `{}`: outcome `{}` could not be recorded", event.requestId(), event.outcome());
    }

    private AuditEvent decision(Exchange exchange, @Nullable Denial denial) {
        var decision = exchange.decision();
        return new AuditEvent(
                clock.millis(),
                AuditKind.DECISION,
                exchange.tenant(),
                exchange.requestId(),
                exchange.principal().reference(),
                action(exchange),
                cut(exchange.resource().id(), LONGEST_TEXT),
                denial != null ? "deny" : verdict(decision),
                policies(decision),
                decision == null ? null : decision.policyVersion(),
                exchange.approval(),
                denial == null ? null : denial.code(),
                denial == null ? 0 : denial.status(),
                -1,
                exchange.clientAddress(),
                cut(exchange.requestHeaders().get(HttpHeaderNames.USER_AGENT), LONGEST_AGENT),
                null,
                details(exchange));
    }

    private AuditEvent outcome(Exchange exchange, Outcome outcome) {
        return new AuditEvent(
                clock.millis(),
                AuditKind.OUTCOME,
                exchange.tenant(),
                exchange.requestId(),
                exchange.principal().reference(),
                action(exchange),
                cut(exchange.resource().id(), LONGEST_TEXT),
                null,
                null,
                null,
                exchange.approval(),
                outcome.code(),
                outcome.status(),
                outcome.durationNanos() / 1000,
                exchange.clientAddress(),
                null,
                null,
                ends(outcome));
    }

    private static String action(Exchange exchange) {
        var action = exchange.action();
        return action.type() + ":" + action.id();
    }

    private static @Nullable String verdict(@Nullable Decision decision) {
        if (decision == null) {
            return null;
        }
        return switch (decision.verdict()) {
            case PERMIT -> "permit";
            case DENY -> "deny";
            case NEEDS_APPROVAL -> "needs_approval";
        };
    }

    private static @Nullable String policies(@Nullable Decision decision) {
        return decision == null || decision.determining().isEmpty() ? null : decision.determiningIds();
    }

    /** Of the request only what names it: the query masked, no header but the agent, no body. */
    private static Details details(Exchange exchange) {
        return Details.of(
                "route",
                exchange.routeName(),
                "listener",
                exchange.listener(),
                "host",
                exchange.authority(),
                "method",
                exchange.method().name(),
                "query",
                cut(QueryMask.mask(exchange.query()), LONGEST_TEXT),
                "request_digest",
                exchange.approval() == null ? null : exchange.get(ApprovedRequest.DIGEST));
    }

    private static Details ends(Outcome outcome) {
        return Details.of(
                "forwarded",
                Boolean.toString(outcome.forwarded()),
                "upstreamStatus",
                outcome.upstreamStatus() == 0 ? null : Integer.toString(outcome.upstreamStatus()));
    }

    private static @Nullable String cut(@Nullable String text, int limit) {
        return text == null || text.length() <= limit ? text : text.substring(0, limit);
    }
}
