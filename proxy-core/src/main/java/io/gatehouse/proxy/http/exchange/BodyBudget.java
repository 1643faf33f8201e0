package io.gatehouse.proxy.http.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies may be kept in memory at once, over all connections. Without such a bound, a few held requests
 * with large bodies would take the memory that every other needs. Not SPI.
 */
public final class BodyBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public BodyBudget(long limit) {
        this.limit = limit;
    }

    /** Takes {@code bytes}, or nothing and answers false where they are not to be had. Safe from any thread. */
    public boolean take(int bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    public void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    public long used() {
        return used.get();
    }
}
