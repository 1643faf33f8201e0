package io.gatehouse.proxy.http.exchange;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The one thing that a request waits for at a time, and maybe for how long. What comes of it comes on the event loop. */
final class PendingStep {
    private final RequestCycle cycle;
    private final EventLoop loop;
    private @Nullable Disposable awaited;
    private @Nullable Future<?> limit;

    PendingStep(RequestCycle cycle) {
        this.cycle = cycle;
        this.loop = cycle.client().state().loop;
    }

    /** Waits for {@code mono}, which must not be empty. */
    <T> void await(Mono<T> mono, Consumer<T> value, Consumer<Throwable> failure) {
        awaited = mono.switchIfEmpty(Mono.error(() -> new IllegalStateException("no answer")))
                .publishOn(Schedulers.fromExecutor(loop))
                .subscribe(
                        found -> cycle.guarded(() -> value.accept(found)),
                        wrong -> cycle.guarded(() -> failure.accept(wrong)));
    }

    /** Runs {@code late} instead of whatever is still awaited after {@code longest}. */
    void limit(Duration longest, Runnable late) {
        if (awaited != null && !awaited.isDisposed()) {
            limit = loop.schedule(
                    () -> {
                        dispose();
                        cycle.guarded(late);
                    },
                    longest.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Lets it wait as long as it takes. */
    void lift() {
        if (limit != null) {
            limit.cancel(false);
            limit = null;
        }
    }

    void dispose() {
        lift();
        if (awaited != null) {
            awaited.dispose();
        }
    }
}
