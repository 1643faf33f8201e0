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
    private final EventLoop loop;
    private final Consumer<Throwable> broken;
    private @Nullable Disposable awaited;
    private @Nullable Future<?> limit;

    /** Its steps run on {@code loop}; {@code broken} hears where one of them fails. */
    PendingStep(EventLoop loop, Consumer<Throwable> broken) {
        this.loop = loop;
        this.broken = broken;
    }

    /** Waits for {@code mono}, which must not be empty. */
    <T> void await(Mono<T> mono, Consumer<T> value, Consumer<Throwable> failure) {
        awaited = mono.switchIfEmpty(Mono.error(() -> new IllegalStateException("no answer")))
                .publishOn(Schedulers.fromExecutor(loop))
                .subscribe(guarded(value), guarded(failure));
    }

    /** Runs {@code late} instead of whatever is still awaited after {@code longest}. */
    void limit(Duration longest, Runnable late) {
        if (awaited != null && !awaited.isDisposed()) {
            limit = loop.schedule(
                    () -> {
                        dispose();
                        guarded(_ -> late.run()).accept(this);
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

    private <T> Consumer<T> guarded(Consumer<T> step) {
        return result -> {
            try {
                step.accept(result);
            } catch (Throwable failure) {
                broken.accept(failure);
            }
        };
    }

    void dispose() {
        lift();
        if (awaited != null) {
            awaited.dispose();
        }
    }
}
