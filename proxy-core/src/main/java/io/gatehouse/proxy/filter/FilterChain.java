package io.gatehouse.proxy.filter;

import io.gatehouse.policy.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Filters in their final order, run one after the other. Fails closed once for all: an exception, an error, an empty answer
 * and a time-out of a filter all become the denial {@code filter_failed}. Where every filter answers from memory, a run
 * allocates nothing.
 */
public final class FilterChain implements AutoCloseable {
    /** No filter at all. */
    public static final FilterChain EMPTY = new FilterChain(List.of(), Duration.ofSeconds(1));

    private static final Logger LOG = LoggerFactory.getLogger(FilterChain.class);
    /** What a request gets where a step in front of its target failed. */
    public static final Verdict.Deny FAILED = new Denial(
                    "filter_failed",
                    503,
                    "service unavailable",
                    "a step in front of the target failed; try again later")
            .deny();

    private static final Verdict.Deny NEEDS_APPROVAL = new Denial(
                    "approval_required", 403, "forbidden", "this request needs an approval, and this route offers none")
            .deny();

    private final Filter[] filters;
    private final String[] names;
    private final BodyUse[] uses;
    private final Duration timeout;
    private final boolean[] approves;
    private final boolean mayPark;

    /**
     * A chain.
     *
     * @param links in the order in which they run
     * @param timeout how long one filter may wait
     */
    public FilterChain(List<Link> links, Duration timeout) {
        filters = links.stream().map(Link::filter).toArray(Filter[]::new);
        names = links.stream().map(Link::name).toArray(String[]::new);
        uses = links.stream().map(link -> link.filter().requestBody()).toArray(BodyUse[]::new);
        this.timeout = timeout;
        this.approves = new boolean[filters.length];
        boolean any = false;
        for (int i = 0; i < filters.length; i++) {
            approves[i] = links.get(i).phase() == Phase.APPROVE;
            any |= approves[i];
        }
        this.mayPark = any;
    }

    /**
     * One filter and its name in the configuration.
     *
     * @param name for logs and {@code explain}
     */
    public record Link(String name, Phase phase, Filter filter) {}

    public int size() {
        return filters.length;
    }

    /** Whether a request may have to be judged a second time, from the start. */
    public boolean mayPark() {
        return mayPark;
    }

    /** Runs every filter. A request whose decision needs an approval that no filter found is denied at the end. */
    public Verdict run(RunningExchange exchange) {
        return run(exchange, 0);
    }

    private Verdict run(RunningExchange exchange, int from) {
        for (int i = from; i < filters.length; i++) {
            var use = uses[i];
            if (use == BodyUse.READ || use == BodyUse.REWRITE) {
                var buffering = exchange.bufferBody();
                if (buffering != null) {
                    int at = i;
                    // bounded by the connection's own timers: how slowly a body may come is not this filter's doing
                    return new Verdict.Later(buffering.flatMap(settled ->
                            settled instanceof Verdict.Next ? settle(run(exchange, at)) : Mono.just(settled)));
                }
            }
            exchange.entered(i + 1);
            exchange.bodyUse(use);
            Verdict verdict;
            try {
                verdict = filters[i].onRequest(exchange);
            } catch (RuntimeException | StackOverflowError | LinkageError failure) {
                return failed(i, failure);
            }
            if (verdict instanceof Verdict.Next) {
                continue;
            }
            return stopped(exchange, i, verdict);
        }
        var decision = exchange.decision();
        if (decision != null && !exchange.mayReachTarget()) {
            return decision.verdict() == Decision.Verdict.DENY ? FAILED : NEEDS_APPROVAL;
        }
        return Verdict.NEXT;
    }

    /** What becomes of a filter's verdict other than to go on. */
    private Verdict stopped(RunningExchange exchange, int at, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Later later -> later(exchange, at, later);
            case Verdict.Settled settled -> settled(at, settled);
        };
    }

    /** Only filters of one phase may let a request wait: for them alone it is kept as it came, to be judged again. */
    private Verdict.Settled settled(int at, Verdict.Settled verdict) {
        return verdict instanceof Verdict.Park && !approves[at]
                ? failed(at, new IllegalStateException("a filter outside the phase `approve` lets the request wait"))
                : verdict;
    }

    private Verdict later(RunningExchange exchange, int at, Verdict.Later later) {
        var settled = later.decision()
                .map(value -> (Verdict.Settled) value)
                .timeout(timeout)
                .switchIfEmpty(Mono.fromSupplier(() -> failed(at, new IllegalStateException("no answer"))))
                .onErrorResume(failure -> Mono.just(failed(at, failure)));
        return new Verdict.Later(settled.publishOn(Schedulers.fromExecutor(exchange.loop()))
                .map(value -> settled(at, value))
                .flatMap(value -> value instanceof Verdict.Next ? settle(run(exchange, at + 1)) : Mono.just(value)));
    }

    private static Mono<? extends Verdict.Settled> settle(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Later later -> later.decision();
            case Verdict.Settled settled -> Mono.just(settled);
        };
    }

    private Verdict.Deny failed(int at, Throwable failure) {
        LOG.warn("filter `{}` failed, the request is refused", names[at], failure);
        return FAILED;
    }

    /** Lets the filters that were entered see the answer, last one first. A failure refuses: the caller must send nothing. */
    public void onResponse(RunningExchange exchange, ResponseHead head) {
        for (int i = Math.min(exchange.entered(), filters.length) - 1; i >= 0; i--) {
            filters[i].onResponse(exchange, head);
        }
    }

    /**
     * The filters that a request has entered, after {@code earlier} ones: those hear of its end though it is judged again, maybe
     * by another chain.
     */
    public List<Filter> entered(RunningExchange exchange, List<Filter> earlier) {
        var all = new ArrayList<>(earlier);
        for (int i = 0; i < Math.min(exchange.entered(), filters.length); i++) {
            if (!holds(all, filters[i])) {
                all.add(filters[i]);
            }
        }
        return all;
    }

    /** Tells every filter that was entered, in this chain or {@code earlier}, how it ended, each once. Never throws. */
    public void onEnd(RunningExchange exchange, Outcome outcome, List<Filter> earlier) {
        if (!earlier.isEmpty()) {
            entered(exchange, earlier).reversed().forEach(filter -> end(filter, exchange, outcome));
            return;
        }
        for (int i = Math.min(exchange.entered(), filters.length) - 1; i >= 0; i--) {
            end(filters[i], exchange, outcome);
        }
    }

    private static void end(Filter filter, RunningExchange exchange, Outcome outcome) {
        try {
            filter.onEnd(exchange, outcome);
        } catch (Throwable failure) {
            LOG.error("a filter failed at the end of a request", failure);
        }
    }

    @SuppressWarnings("ReferenceEquality") // filters that are equal still count and limit each for themselves
    private static boolean holds(List<Filter> filters, Filter filter) {
        return filters.stream().anyMatch(known -> known == filter);
    }

    @Override
    public void close() {
        for (var filter : filters) {
            filter.close();
        }
    }
}
