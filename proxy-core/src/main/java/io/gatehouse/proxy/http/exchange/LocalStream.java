package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.Outcome;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Writes what a publisher gives, one buffer at a time, as the client takes it. Signals may come on any thread. */
final class LocalStream implements Subscriber<ByteBuf> {
    private final RequestCycle cycle;
    private final Outcome.Cause cause;
    private final String code;
    private @Nullable Subscription subscription;
    private boolean asked;
    private boolean done;

    LocalStream(RequestCycle cycle, Outcome.Cause cause, String code) {
        this.cycle = cycle;
        this.cause = cause;
        this.code = code;
    }

    private void onLoop(Runnable step) {
        var loop = cycle.client().state().loop;
        if (loop.inEventLoop()) {
            cycle.guarded(step);
        } else {
            loop.execute(() -> cycle.guarded(step));
        }
    }

    @Override
    public void onSubscribe(Subscription given) {
        onLoop(() -> {
            subscription = given;
            if (done) {
                given.cancel();
            } else {
                ask();
            }
        });
    }

    private void ask() {
        var source = subscription;
        if (asked || done || source == null) {
            return;
        }
        if (cycle.client().isWritable()) {
            asked = true;
            source.request(1);
        } else {
            // a client that stops reading is let go in the end
            cycle.clock()
                    .start(
                            WaitClock.Reason.RELAY,
                            cycle.client().listener().limits().idleTimeout());
        }
    }

    @Override
    public void onNext(ByteBuf piece) {
        onLoop(() -> {
            asked = false;
            if (done) {
                piece.release();
                return;
            }
            cycle.relayContinues(piece);
            cycle.answerPauses();
            ask();
        });
    }

    @Override
    public void onError(Throwable failure) {
        onLoop(() -> {
            if (!done) {
                done = true;
                cycle.client().plane().unexpected(failure);
                cycle.client().abort();
                cycle.end(Outcome.Cause.FAILED, "stream_failed", "the answer broke off");
            }
        });
    }

    @Override
    public void onComplete() {
        onLoop(() -> {
            if (!done) {
                done = true;
                cycle.answerEnds(cause, code, null);
            }
        });
    }

    void onClientWritable() {
        cycle.clock().stop();
        ask();
    }

    void cancel() {
        done = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
