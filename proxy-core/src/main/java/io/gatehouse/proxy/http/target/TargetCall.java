package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FieldSink;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.transport.Connector;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that the gateway sends for itself: of its answer only the status is of interest. Used on its event loop only.
 * Not SPI.
 */
public final class TargetCall implements Waiter, AnswerReader, OutgoingRequest {
    /** In place of a status: the gateway itself failed at it, so that nothing was learnt of the target. */
    static final int NOTHING_LEARNT = -1;

    private final TargetPool pool;
    private final Request request;
    private final Duration limit;
    private final End ended;
    private @Nullable TargetStream stream;
    private @Nullable Future<?> timer;
    private int status;
    private boolean over;

    /**
     * A request.
     *
     * @param ended takes the status once the answer is whole, or 0 or less where none comes in time; called once
     */
    public TargetCall(TargetPool pool, Request request, Duration limit, IntConsumer ended) {
        this(pool, request, limit, (status, why) -> ended.accept(status));
    }

    /** A request, of whose end {@code ended} is told once. */
    TargetCall(TargetPool pool, Request request, Duration limit, End ended) {
        this.pool = pool;
        this.request = request;
        this.limit = limit;
        this.ended = ended;
    }

    /** Hears how a call ended. */
    @FunctionalInterface
    interface End {
        /**
         * Takes the status once the answer is whole, 0 where none comes in time, or {@link #NOTHING_LEARNT}; {@code why} says it for
         * people.
         */
        void ended(int status, String why);
    }

    /**
     * What is asked.
     *
     * @param host as {@link OutgoingRequest#host}
     * @param body released when the call is over
     * @param length as {@link OutgoingRequest#length}
     */
    public record Request(
            HttpMethod method,
            String path,
            @Nullable String query,
            String host,
            FlatHeaders headers,
            ByteBuf body,
            long length) {}

    public void start(Connector connector) {
        timer = pool.loop().loop.schedule(this::late, limit.toMillis(), TimeUnit.MILLISECONDS);
        pool.acquire(connector, this);
    }

    private void late() {
        var current = stream;
        if (current != null) {
            stream = null;
            current.closeLate();
        }
        end(0, "no answer within " + limit.toMillis() + " ms");
    }

    private void end(int value, String why) {
        if (!over) {
            over = true;
            if (timer != null) {
                timer.cancel(false);
            }
            request.body().release();
            ended.ended(value, why);
        }
    }

    // ---- waiting for a connection

    @Override
    public void connected(TargetStream ready, boolean reused) {
        stream = ready;
        ready.begin(this);
        ready.sendHead(this, request.body(), false);
        ready.flush();
    }

    @Override
    public void notConnected(Throwable cause, boolean counts) {
        end(0, "no connection: " + cause);
    }

    @Override
    public void busy() {
        end(0, "too many connections");
    }

    @Override
    public boolean isGone() {
        return over;
    }

    @Override
    public void gatewayFailed(Throwable failure) {
        var current = stream;
        if (current != null) {
            stream = null;
            current.close();
        }
        pool.loop().unexpected.accept(failure);
        end(NOTHING_LEARNT, "a failure of the gateway");
    }

    // ---- what is asked

    @Override
    public HttpMethod method() {
        return request.method();
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public @Nullable String query() {
        return request.query();
    }

    @Override
    public String host() {
        return request.host();
    }

    @Override
    public void fields(FieldSink sink) {
        sink.fields(request.headers());
    }

    @Override
    public long length() {
        return request.length();
    }

    @Override
    public boolean opensWebSocket() {
        return false;
    }

    @Override
    public boolean acceptsTrailers() {
        return false;
    }

    // ---- the answer

    @Override
    public void answerInterim(AnswerHead head) {
        // says nothing of how it ends
    }

    @Override
    public boolean answerUpgrades(AnswerHead head) {
        return false;
    }

    @Override
    public boolean answerBegins(AnswerHead head) {
        status = head.status;
        return !head.isBodiless(request.method());
    }

    @Override
    public void answerContinues(ByteBuf piece) {
        piece.release();
    }

    @Override
    public void answerEnds(@Nullable FlatHeaders trailers) {
        stream = null;
        end(status, "status " + status);
    }

    @Override
    public void answerFails(Throwable cause) {
        stream = null;
        end(0, "no whole answer: " + cause);
    }

    @Override
    public void answerPauses() {
        // nothing waits for the end of a read
    }

    @Override
    public void requestWritable() {
        // all has been sent
    }
}
