package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.target.AnswerReader;
import io.gatehouse.proxy.http.target.TargetStream;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in both directions between a client and a target that have agreed on WebSocket, at the pace of the slower side. Each side
 * ends its own direction; the request has ended when both have.
 */
final class Tunnel implements TargetSide, AnswerReader {
    private final RequestCycle cycle;
    private final TargetStream connection;
    /** How long nothing may move. */
    private final Duration idleTimeout;

    private boolean clientEnded;
    private boolean targetEnded;
    /** The target is to wait until the client takes more. */
    private boolean paused;

    private boolean gone;
    private boolean unflushed;

    Tunnel(RequestCycle cycle, TargetStream connection, Duration idleTimeout) {
        this.cycle = cycle;
        this.connection = connection;
        this.idleTimeout = idleTimeout;
    }

    // ---- from the client

    @Override
    public boolean wantsBody() {
        return !gone && !clientEnded && connection.isWritable();
    }

    @Override
    public void requestContinues(ByteBuf piece, boolean last) {
        if (gone) {
            piece.release();
            return;
        }
        connection.sendBody(piece);
        unflushed = true;
        if (last) {
            clientEnded = true;
            unflushed = false;
            connection.endRequest(null);
            endIfBothHave();
        } else if (!connection.isWritable()) {
            flushRequest();
        }
    }

    @Override
    public void flushRequest() {
        if (unflushed && !gone) {
            unflushed = false;
            connection.flush();
        }
    }

    @Override
    public long unsent() {
        return connection.unsent();
    }

    @Override
    public void requestWritable() {
        if (!clientEnded) {
            cycle.client().readOn();
        }
    }

    // ---- from the target

    @Override
    public void answerContinues(ByteBuf piece) {
        if (gone) {
            piece.release();
            return;
        }
        cycle.clock().touch();
        cycle.relayContinues(piece);
        if (cycle.client().pace(connection)) {
            paused = true;
        }
    }

    @Override
    public void onClientWritable() {
        if (paused && !gone) {
            paused = false;
            cycle.clock().touch();
            connection.pauseReading(false);
        }
    }

    @Override
    public void answerPauses() {
        if (!gone) {
            cycle.client().flush();
        }
    }

    @Override
    public void answerEnds(@Nullable FlatHeaders trailers) {
        if (gone) {
            return;
        }
        targetEnded = true;
        cycle.client().writeEnd(null);
        cycle.client().flush();
        endIfBothHave();
    }

    // ---- ends

    private void endIfBothHave() {
        if (clientEnded && targetEnded) {
            gone = true;
            if (connection.unsent() > 0) { // a target that reads no more must not keep its connection for ever
                var state = cycle.client().state();
                state.loop.schedule(connection::giveUp, idleTimeout.toNanos(), TimeUnit.NANOSECONDS);
            }
            cycle.tunnelEnds();
        }
    }

    @Override
    public void answerFails(Throwable cause) {
        if (gone) {
            return;
        }
        gone = true;
        if (targetEnded) {
            cycle.tunnelEnds(); // it had said that it would send nothing more; now it does not listen either
        } else {
            cycle.targetFailed(Denials.TARGET_FAILED);
        }
    }

    @Override
    public void gatewayFailed(Throwable failure) {
        cycle.breaks(failure);
    }

    @Override
    public void cancel() {
        gone = true;
        connection.close();
    }

    // ---- what comes only before a tunnel stands

    @Override
    public void answerInterim(AnswerHead head) {
        throw new IllegalStateException("a tunnel has no interim answers");
    }

    @Override
    public boolean answerUpgrades(AnswerHead head) {
        throw new IllegalStateException("a tunnel stands already");
    }

    @Override
    public boolean answerBegins(AnswerHead head) {
        throw new IllegalStateException("a tunnel has no answer of its own");
    }
}
