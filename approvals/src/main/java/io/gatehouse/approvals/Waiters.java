package io.gatehouse.approvals;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.FluxSink;

/** Those who wait for changes, by approval; at most so many, and of one owner at most so many. */
final class Waiters {
    private final ConcurrentHashMap<String, Set<Waiter>> waiting = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Owner, Integer> counts = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int limit;
    private final int limitEach;

    Waiters(int limit, int limitEach) {
        this.limit = limit;
        this.limitEach = limitEach;
    }

    /** Registers {@code waiter}, for as long as its sink lives; it misses nothing that is published from now on. */
    void add(String id, Waiter waiter) {
        enter(waiter.owner);
        waiting.compute(id, (key, waiters) -> {
            Set<Waiter> all = waiters == null ? ConcurrentHashMap.newKeySet() : waiters;
            all.add(waiter);
            return all;
        });
        waiter.sink.onDispose(() -> remove(id, waiter));
    }

    private void enter(Owner owner) {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            throw new ApprovalException("approvals_busy", "too many requests wait for approvals");
        }
        counts.compute(owner, (key, own) -> {
            int before = own == null ? 0 : own;
            if (before >= limitEach) {
                count.decrementAndGet();
                throw new ApprovalException(
                        "too_many_waiters", "expected at most " + limitEach + " waits of one requester");
            }
            return before + 1;
        });
    }

    private void leave(Owner owner) {
        counts.computeIfPresent(owner, (key, own) -> own == 1 ? null : own - 1);
        count.decrementAndGet();
    }

    private void remove(String id, Waiter waiter) {
        leave(waiter.owner);
        waiting.computeIfPresent(id, (key, waiters) -> {
            waiters.remove(waiter);
            return waiters.isEmpty() ? null : waiters;
        });
    }

    Set<Waiter> of(String id) {
        return waiting.getOrDefault(id, Set.of());
    }

    int size() {
        return count.get();
    }

    void fail(RuntimeException reason) {
        waiting.values().forEach(waiters -> waiters.forEach(waiter -> waiter.sink.error(reason)));
    }

    /** One who waits: sees each version once, never an older one after a newer, and only where it is theirs. */
    static final class Waiter {
        private final Owner owner;
        private final FluxSink<Approval> sink;
        private long seen;

        Waiter(Owner owner, FluxSink<Approval> sink) {
            this.owner = owner;
            this.sink = sink;
        }

        synchronized void offer(Approval approval) {
            if (approval.version() <= seen || !owner.owns(approval)) {
                return;
            }
            seen = approval.version();
            sink.next(approval);
            if (approval.state().isFinal()) {
                sink.complete();
            }
        }
    }

    /** Whose approvals may be seen. */
    record Owner(String tenant, String requester) {
        boolean owns(Approval approval) {
            return approval.draft().tenant().equals(tenant)
                    && approval.draft().requester().equals(requester);
        }
    }
}
