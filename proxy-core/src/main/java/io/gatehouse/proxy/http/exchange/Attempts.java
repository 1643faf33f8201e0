package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.http.message.Methods;
import io.gatehouse.proxy.http.target.NotProcessedException;
import io.gatehouse.proxy.http.target.TargetPool;
import io.gatehouse.proxy.http.target.Upstream;
import io.gatehouse.proxy.http.target.UpstreamCounts;
import io.gatehouse.proxy.http.target.UpstreamPool;
import io.gatehouse.proxy.upstream.RetryConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which targets one request is tried on, how often, and what the upstream's breaker, budget and counters hear of it. */
final class Attempts {
    private final Upstream upstream;
    private final UpstreamPool pool;
    private @Nullable TargetPool target;
    /** Targets that were tried in vain. */
    private List<TargetPool> tried = List.of();

    private int made;
    private boolean admitted;
    /** It went out again after a connection had taken it. */
    private boolean repeated;
    /** An earlier target may have got it, whole or in part. */
    private boolean arrived;

    Attempts(Upstream upstream, UpstreamPool pool) {
        this.upstream = upstream;
        this.pool = pool;
    }

    /** Asks the breaker. Answers why nothing may be asked of the upstream now, or {@code null}. */
    @Nullable
    Denial admit() {
        var breaker = upstream.breaker();
        if (breaker != null) {
            if (!breaker.admits()) {
                upstream.counts().refusedOpen.increment();
                return breaker.denial();
            }
            admitted = true;
        }
        pool.retries().request();
        return null;
    }

    /** The target whose turn it is, or {@code null} where none is left. */
    @Nullable
    TargetPool next() {
        var next = pool.next(tried);
        if (next != null) {
            made++;
            target = next;
        }
        return next;
    }

    /** The target that was asked last, or is to be asked. */
    @Nullable
    TargetPool target() {
        return target;
    }

    /** Whether a target that was asked before may have got the request, so that nobody can say that nothing was sent. */
    boolean mayHaveArrived() {
        return arrived;
    }

    // ---- once more

    /** No connection came to be: whether another target is to be tried. */
    boolean mayConnectElsewhere() {
        return upstream.retry().takes(RetryConfig.Reason.CONNECT_FAILURE) && mayTryAgain();
    }

    /**
     * Why a request of which the target has taken nothing for certain may go out once more, or {@code null}. A target may close an
     * idle connection in the moment that it is used again: then what is safe to repeat goes out again, however few attempts there
     * may be.
     */
    UpstreamCounts.@Nullable Retry after(Throwable cause, HttpExchange exchange, boolean reused) {
        if (cause instanceof NotProcessedException) {
            return mayTryAgain() ? UpstreamCounts.Retry.REFUSED : null;
        }
        if (reused
                && !repeated
                && Methods.isRepeatable(exchange.method())
                && !exchange.bufferedBody().isReadable()) {
            return UpstreamCounts.Retry.STALE;
        }
        boolean configured = upstream.retry().takes(RetryConfig.Reason.RESET_BEFORE_RESPONSE);
        return configured && Methods.isIdempotent(exchange.method()) && mayTryAgain()
                ? UpstreamCounts.Retry.RESET
                : null;
    }

    private boolean mayTryAgain() {
        if (made >= upstream.retry().attempts()) {
            return false;
        }
        boolean may = pool.retries().take();
        if (!may) {
            upstream.counts().retriesDenied.increment();
        }
        return may;
    }

    /** The request goes out once more, to another target where there is one. */
    void repeat(UpstreamCounts.Retry why) {
        repeated |= why != UpstreamCounts.Retry.CONNECT_FAILURE;
        arrived |= why == UpstreamCounts.Retry.STALE || why == UpstreamCounts.Retry.RESET;
        upstream.counts().retries(why).increment();
        var failed = target;
        if (failed != null) {
            var more = new ArrayList<>(tried);
            more.add(failed);
            tried = more;
            failed.countRetried(why);
        }
    }

    // ---- what is heard of it

    /** The target is to blame. */
    void targetFailed() {
        var current = target;
        if (current != null && current.endpoint().failed()) {
            upstream.counts().ejections.increment();
        }
    }

    void answered(int status) {
        var current = target;
        if (current != null) {
            if (status < 500 || !upstream.config().ejection().serverErrors()) {
                current.endpoint().succeeded();
            } else {
                targetFailed();
            }
        }
        var breaker = upstream.breaker();
        if (breaker != null) {
            settle(breaker.isFailure(status));
        }
    }

    /** Tells the breaker how it ended; once. */
    void settle(boolean failed) {
        var breaker = upstream.breaker();
        if (admitted && breaker != null) {
            admitted = false;
            breaker.ended(failed);
        }
    }

    /** Nothing was learnt of the upstream. */
    void release() {
        var breaker = upstream.breaker();
        if (admitted && breaker != null) {
            admitted = false;
            breaker.released();
        }
    }
}
