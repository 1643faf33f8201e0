package io.gatehouse.proxy.upstream;

import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the candidates of one event loop. Where fewer than half of them are available, all count as available: a
 * check that fails everywhere says more about the check, and what is left would be overrun. Not safe for other threads, and
 * shares nothing with them.
 *
 * @param <C> what is chosen
 */
public final class Balancer<C extends Balancer.Candidate> {
    private static final long UNIT = 1 << 16;

    private final Balance balance;
    private final List<C> candidates;
    private final RandomGenerator random;
    /** What each has saved up while others were chosen: smooth weighted round-robin. */
    private final long[] credits;

    private final boolean[] open;

    /**
     * A balancer.
     *
     * @param candidates those of weight 0 are never chosen
     */
    public Balancer(Balance balance, List<C> candidates, RandomGenerator random) {
        this.balance = balance;
        this.candidates =
                candidates.stream().filter(candidate -> candidate.weight() > 0).toList();
        this.random = random;
        this.credits = new long[this.candidates.size()];
        this.open = new boolean[this.candidates.size()];
    }

    /** What may be chosen. */
    public interface Candidate {
        /** Share of the requests, in relation to the others'; 0 for none. */
        int weight();

        /** Requests of this event loop that it is at work on. */
        int inFlight();

        /** Whether it is believed to answer. */
        boolean isAvailable();
    }

    /** The next one; one of {@code tried} only where there is no other. {@code null} where there is none at all. */
    public @Nullable C next(Collection<C> tried) {
        int count = candidates.size();
        if (count <= 1) {
            return count == 0 ? null : candidates.getFirst();
        }
        if (!openAvailable(tried)) {
            openAvailable(List.of());
        }
        return candidates.get(
                switch (balance) {
                    case ROUND_ROBIN -> inTurn(false);
                    case LEAST_REQUEST -> {
                        if (isWeighted()) {
                            yield inTurn(true);
                        }
                        closeBusier();
                        yield inTurn(false);
                    }
                    case RANDOM_TWO -> ofTwo();
                });
    }

    /** Opens what may be chosen. Answers whether there is anything. */
    private boolean openAvailable(Collection<C> tried) {
        int available = 0;
        for (int i = 0; i < open.length; i++) {
            open[i] = candidates.get(i).isAvailable();
            available += open[i] ? 1 : 0;
        }
        boolean panic = 2 * available < open.length;
        boolean any = false;
        for (int i = 0; i < open.length; i++) {
            open[i] = (panic || open[i]) && (tried.isEmpty() || !tried.contains(candidates.get(i)));
            any |= open[i];
        }
        return any;
    }

    /** Whether what is open has different weights. */
    private boolean isWeighted() {
        int first = 0;
        for (int i = 0; i < open.length; i++) {
            int weight = open[i] ? candidates.get(i).weight() : first;
            if (first != 0 && weight != first) {
                return true;
            }
            first = weight;
        }
        return false;
    }

    /** {@code byLoad}: with a weight that shrinks as a candidate gets busy, so that shares hold where none is. */
    private int inTurn(boolean byLoad) {
        int best = -1;
        long total = 0;
        for (int i = 0; i < open.length; i++) {
            if (open[i]) {
                var candidate = candidates.get(i);
                long weight = byLoad ? candidate.weight() * UNIT / (candidate.inFlight() + 1) : candidate.weight();
                credits[i] += weight;
                total += weight;
                best = best < 0 || credits[i] > credits[best] ? i : best;
            }
        }
        credits[best] -= total;
        return best;
    }

    private void closeBusier() {
        int least = -1;
        for (int i = 0; i < open.length; i++) {
            if (open[i] && (least < 0 || load(i, least) < 0)) {
                least = i;
            }
        }
        for (int i = 0; i < open.length; i++) {
            open[i] = open[i] && load(i, least) == 0;
        }
    }

    /** Compares requests in flight for each unit of weight. */
    private int load(int one, int other) {
        var a = candidates.get(one);
        var b = candidates.get(other);
        return Long.compare((long) a.inFlight() * b.weight(), (long) b.inFlight() * a.weight());
    }

    /** With different weights both may be the same one: of two targets the lighter would be drawn each time. */
    private int ofTwo() {
        int first = draw(-1);
        int second = draw(isWeighted() ? -1 : first);
        return second >= 0 && load(second, first) < 0 ? second : first;
    }

    /** One at random by weight, but not {@code except}; -1 where there is no other. */
    private int draw(int except) {
        long total = 0;
        for (int i = 0; i < open.length; i++) {
            total += open[i] && i != except ? candidates.get(i).weight() : 0;
        }
        if (total == 0) {
            return -1;
        }
        long at = random.nextLong(total);
        int drawn = -1;
        for (int i = 0; at >= 0; i++) {
            if (open[i] && i != except) {
                at -= candidates.get(i).weight();
                drawn = i;
            }
        }
        return drawn;
    }
}
