package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.SparseLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop make it hold: answers that clients do not take, and requests ahead of their turn. Each
 * connection's part is bounded, and here the sum, since all together could take the memory that every other needs. Beyond the limit,
 * connections end: first those whose clients would need longest, at their pace, to take what is theirs. Counted by the clock, and
 * whenever as much came as could matter, so that a piece costs two additions. Touched on that loop only, except {@link #bytes}.
 */
final class ConnectionMemory {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionMemory.class);
    private static final int SLACK = 4;

    private final EventLoopState state;
    private final long limit;
    /** What may come between two counts. */
    private final long step;

    private final SparseLog log = new SparseLog(1, TimeUnit.MINUTES.toNanos(1));
    private long grown;
    private boolean planned;
    private volatile long bytes;

    /** Bounds the sum to {@code most} bytes. */
    ConnectionMemory(EventLoopState state, long most) {
        this.state = state;
        this.step = most / SLACK;
        this.limit = most - step;
    }

    void grows(int by) {
        grown += by;
        if (grown > step && !planned) {
            planned = true;
            state.loop.execute(this::count); // not amid what a connection is doing
        }
    }

    /** What was held when it was counted last. Safe from any thread. */
    long bytes() {
        return bytes;
    }

    void tick() {
        for (var client : state.clients()) {
            client.uptake().tick(client.held());
        }
        count();
    }

    private void count() {
        planned = false;
        grown = 0;
        long sum = 0;
        for (var client : state.clients()) {
            sum += client.held();
        }
        bytes = sum > limit ? end(sum) : sum;
    }

    private record Share(ClientChannel client, long bytes, double ticks) {}

    private long end(long sum) {
        var shares = new ArrayList<Share>();
        for (var client : state.clients()) {
            long held = client.held();
            shares.add(new Share(client, held, client.uptake().ticksFor(held)));
        }
        shares.sort(Comparator.comparingDouble(Share::ticks).reversed());
        long left = sum;
        int ended = 0;
        for (; left > limit; ended++) {
            var share = shares.get(ended);
            left -= share.bytes();
            state.meters.refused(Denials.HOLDS_TOO_MUCH);
            share.client().abort();
        }
        tell(sum, ended);
        return left;
    }

    private void tell(long sum, int ended) {
        log.write(withheld -> LOG.warn(
                "connections hold {} bytes of answers that their clients do not take, or of requests ahead of their turn: the slowest {}"
                        + " are ended (and {} more times since the last line)",
                sum,
                ended,
                withheld));
    }
}
