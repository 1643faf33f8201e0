package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.http.transport.OrderlyEnd;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.concurrent.TimeUnit;

/** How an HTTP/2 connection ends: without losing a request that is on its way, or at once because of the client (RFC 9113, 6.8). */
final class Http2Farewell {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** How long the answer to the last ping may take before the last stream is named without it. */
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LAST_PING = 0x6761746568757365L;

    private enum Phase {
        OPEN,
        /** The client has been told to open no more streams; those that were on their way are served. */
        LEAVING,
        /** The last stream has been named; when it has ended so does the connection. */
        LAST,
        /** Everything has been said; what comes is thrown away. */
        ENDED
    }

    private final Http2ClientConnection connection;
    private Phase phase = Phase.OPEN;
    /** When the present phase ends at the latest, or the connection without streams. */
    private long deadline;

    Http2Farewell(Http2ClientConnection connection, long now) {
        this.connection = connection;
        this.deadline = now + idleNanos();
    }

    private long idleNanos() {
        return connection.listener().limits().idleTimeout().toNanos();
    }

    boolean isSaid() {
        return phase == Phase.ENDED;
    }

    /** The connection is gone. */
    void gone() {
        phase = Phase.ENDED;
    }

    private boolean isIdle() {
        return connection.connection().numActiveStreams() == 0;
    }

    void onTick(long now) {
        if (now - deadline <= 0) {
            return;
        }
        switch (phase) {
            case OPEN -> {
                if (isIdle()) {
                    leave();
                }
            }
            case LEAVING -> nameLast();
            case LAST -> {
                // streams have limits of their own
            }
            case ENDED -> connection.context().close();
        }
    }

    void streamEnded() {
        if (phase == Phase.OPEN) {
            deadline = System.nanoTime() + idleNanos();
        } else if (phase == Phase.LAST) {
            connection.output().flushLater();
        }
    }

    /** Lets the client open no more streams; what it has opened by the time that it reads this is served. */
    void leave() {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.LEAVING;
        deadline = System.nanoTime() + PING_NANOS;
        var context = connection.context();
        sayGoAway(Integer.MAX_VALUE, Http2Error.NO_ERROR);
        connection.encoder().writePing(context, false, LAST_PING, context.newPromise());
        context.flush();
    }

    void onPingAck(long data) {
        if (data == LAST_PING && phase == Phase.LEAVING) {
            nameLast();
        }
    }

    /** The client opens no more streams. */
    void onClientLeaves() {
        if (phase == Phase.OPEN) {
            nameLast();
        }
    }

    private void nameLast() {
        phase = Phase.LAST;
        sayLast(Http2Error.NO_ERROR);
        connection.output().flushLater();
    }

    void endIfDone() {
        if (phase == Phase.LAST && isIdle()) {
            end();
        }
    }

    /** Ends everything, because of {@code code}. */
    void end(Http2Error code) {
        sayLast(code);
        end();
    }

    private void sayLast(Http2Error code) {
        sayGoAway(connection.connection().remote().lastStreamCreated(), code);
    }

    /** Tells the client the code, and nothing of what is inside. */
    private void sayGoAway(int last, Http2Error code) {
        try {
            connection.connection().goAwaySent(last, code.code(), Unpooled.EMPTY_BUFFER);
        } catch (Http2Exception impossible) {
            connection.plane().unexpected(impossible);
        }
        var context = connection.context();
        connection
                .encoder()
                .frameWriter()
                .writeGoAway(context, last, code.code(), Unpooled.EMPTY_BUFFER, context.newPromise());
    }

    /** Ends all streams, and the connection behind what is written. */
    private void end() {
        phase = Phase.ENDED;
        deadline = System.nanoTime() + idleNanos();
        try {
            connection.connection().forEachActiveStream(stream -> {
                stream.close();
                return true;
            });
        } catch (Http2Exception failure) {
            connection.plane().unexpected(failure);
        }
        OrderlyEnd.of(connection.context(), connection.tls(), () -> deadline = System.nanoTime() + LINGER_NANOS);
    }
}
