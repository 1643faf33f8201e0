package io.gatehouse.proxy.http.exchange;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes all connections together may hold, over all event loops. Safe from any thread. Not SPI. */
public final class ConnectionBudget {
    private static final int COUNTS = 4;

    private final long limit;
    private final int loops;
    private final AtomicLong held = new AtomicLong();

    /** A budget of {@code limit} bytes for so many event loops. */
    public ConnectionBudget(long limit, int loops) {
        this.limit = limit;
        this.loops = loops;
    }

    /** What was held when each loop counted last. */
    public long held() {
        return held.get();
    }

    /** What a loop may hold while another wants more than there is. */
    long share() {
        return limit / loops;
    }

    /** What may come to a loop before it counts anew. */
    long step() {
        return share() / COUNTS;
    }

    /** A loop holds so many bytes more, or fewer. Answers how many are held beyond the limit. */
    long change(long by) {
        return held.addAndGet(by) - limit;
    }
}
