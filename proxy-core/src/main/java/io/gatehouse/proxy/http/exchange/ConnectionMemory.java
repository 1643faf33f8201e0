package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.SparseLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop make it hold: answers that clients do not take, and requests ahead of their turn. Each
 * connection's part is bounded, and the sum by a budget of all loops, since all together could take the memory that every other needs.
 * Beyond it, connections of loops that hold more than their share end: first those whose clients would need longest, at their pace, to
 * take what is theirs. Counted by the clock, and whenever as much came as could matter, so that a piece costs two additions. Touched on
 * that loop only.
 */
final class ConnectionMemory {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionMemory.class);

    private final EventLoopState state;
    private final ConnectionBudget budget;
    private final SparseLog log = new SparseLog(1, TimeUnit.MINUTES.toNanos(1));
    /** What came since the last count. */
    private long grown;

    private boolean planned;
    /** What was held at the last count. */
    private long held;

    ConnectionMemory(EventLoopState state, ConnectionBudget budget) {
        this.state = state;
        this.budget = budget;
    }

    void grows(int by) {
        grown += by;
        if (grown > budget.step() && !planned) {
            planned = true;
            state.loop.execute(() -> count(false)); // not amid what a connection is doing
        }
    }

    void tick() {
        count(true);
    }

    private void count(boolean ticks) {
        planned = false;
        grown = 0;
        long sum = 0;
        for (var client : state.clients()) {
            long of = client.held();
            if (ticks) {
                client.uptake().tick(of);
            }
            sum += client.uptake().hasEnded() ? 0 : of;
        }
        long beyond = budget.change(sum - held);
        held = sum;
        long spare = sum - budget.share();
        if (beyond > 0 && spare > 0) {
            end(Math.min(beyond, spare));
        }
    }

    private record Share(ClientChannel client, long bytes, double ticks) {}

    private void end(long bytes) {
        var shares = new ArrayList<Share>();
        for (var client : state.clients()) {
            if (!client.uptake().hasEnded()) {
                long of = client.held();
                shares.add(new Share(client, of, client.uptake().ticksFor(of)));
            }
        }
        shares.sort(Comparator.comparingDouble(Share::ticks).reversed());
        long before = held;
        long freed = 0;
        int ended = 0;
        for (; freed < bytes && ended < shares.size(); ended++) {
            var share = shares.get(ended);
            freed += share.bytes();
            share.client().uptake().end();
            state.meters.refused(Denials.HOLDS_TOO_MUCH);
            share.client().abort();
        }
        held -= freed;
        budget.change(-freed);
        tell(before, ended);
    }

    private void tell(long bytes, int ended) {
        log.write(more -> LOG.warn(
                "connections of one event loop hold {} bytes of answers that their clients do not take, or of requests ahead of their turn:"
                        + " the slowest {} are ended{}",
                bytes,
                ended,
                more));
    }
}
