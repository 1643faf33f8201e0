package io.gatehouse.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int THREADS = 4;

    private static LongFunction<Allowance> windows(long limit, long period) {
        var shape = new RollingWindow.Shape(limit, period, 0);
        return now -> new RollingWindow(shape);
    }

    @Test
    void neverAdmitsMoreThanTheLimitInAnyPeriod() {
        for (long limit : new long[] {1, 2, 7, 128, 129, 300, 1000}) {
            var random = new Random(limit);
            var window = new RollingWindow(new RollingWindow.Shape(limit, SECOND, 0));
            var admitted = new ArrayDeque<Long>();
            long now = 0;
            for (int i = 0; i < 20_000; i++) {
                now += random.nextInt(10) == 0 ? random.nextLong(SECOND / 4) : random.nextLong(2 * SECOND / limit / 10 + 1);
                long answer = window.take(now);
                if (answer >= 0) {
                    admitted.addLast(now);
                }
                while (!admitted.isEmpty() && now - admitted.getFirst() >= SECOND) {
                    admitted.removeFirst();
                }
                assertThat(admitted.size()).as("limit %s", limit).isLessThanOrEqualTo((int) limit);
                if (limit <= RollingWindow.MOST_SLOTS && answer >= 0) {
                    assertThat(answer).isLessThanOrEqualTo(limit - 1);
                }
            }
        }
    }

    @Test
    void admitsAgainAsSoonAsTheEarliestHasLeft() {
        var window = new RollingWindow(new RollingWindow.Shape(3, SECOND, 0));
        assertThat(window.take(0)).isEqualTo(2);
        assertThat(window.take(SECOND / 2)).isEqualTo(1);
        assertThat(window.take(SECOND / 2)).isZero();
        long wait = -window.take(SECOND / 2);
        assertThat(wait).isBetween(SECOND / 2, SECOND / 2 + SECOND / 1000);
        assertThat(window.take(SECOND / 2 + wait)).isZero();
        assertThat(window.take(SECOND / 2 + wait)).isNegative();
    }

    @Test
    void countsWhatIsLeftInGroups() {
        var window = new RollingWindow(new RollingWindow.Shape(300, SECOND, 0));
        for (int i = 0; i < 300; i++) {
            assertThat(window.take(5)).isEqualTo(299 - i);
        }
        assertThat(window.take(5)).isNegative();
        assertThat(window.take(5 + 2 * SECOND)).isEqualTo(299);
    }

    @Test
    void admitsExactlyTheLimitToThreadsThatRace() throws Exception {
        for (int round = 0; round < 200; round++) {
            long limit = 1 + round * 7L % 300;
            var table = new AllowanceTable(10, windows(limit, SECOND), 0);
            var gcra = new AllowanceTable(10, now -> new Gcra(SECOND / limit, limit, now), 0);
            assertThat(race(() -> admitted(table, 0, 400))).isEqualTo(limit);
            assertThat(race(() -> admitted(table, 2 * SECOND, 400))).isEqualTo(limit);
            assertThat(race(() -> admitted(gcra, 0, 400))).isEqualTo(limit);
        }
    }

    private static long admitted(AllowanceTable table, long now, int tries) {
        long admitted = 0;
        for (int i = 0; i < tries; i++) {
            admitted += table.take("k", now) >= 0 ? 1 : 0;
        }
        return admitted;
    }

    private static long race(Callable<Long> task) throws Exception {
        var start = new CyclicBarrier(THREADS);
        try (var pool = Executors.newFixedThreadPool(THREADS)) {
            var tasks = new ArrayList<Callable<Long>>();
            for (int i = 0; i < THREADS; i++) {
                tasks.add(() -> {
                    start.await();
                    return task.call();
                });
            }
            long sum = 0;
            for (var result : pool.invokeAll(tasks)) {
                sum += result.get();
            }
            return sum;
        }
    }

    @Test
    void givesNobodyAFreshAllowanceByFillingTheTable() {
        var table = new AllowanceTable(100, windows(2, SECOND), 0);
        assertThat(table.take("attacker", 0)).isNotNegative();
        assertThat(table.take("attacker", 0)).isNotNegative();
        long admitted = 0;
        for (int i = 0; i < 10_000; i++) {
            admitted += table.take("other-" + i, SECOND / 2) >= 0 ? 1 : 0;
        }
        assertThat(table.take("attacker", SECOND / 2)).isNegative();
        assertThat(table.size()).isEqualTo(100);
        assertThat(admitted).isLessThanOrEqualTo(99 + 64 * 2);
    }

    @Test
    void takesPlacesOfKeysThatAreAsGoodAsNew() {
        var table = new AllowanceTable(100, windows(2, SECOND), 0);
        for (int i = 0; i < 100; i++) {
            table.take("early-" + i, 0);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(table.take("late-" + i, (2 + i) * 2 * SECOND)).isEqualTo(1);
        }
        assertThat(table.size()).isLessThanOrEqualTo(100);
    }

    @Test
    void losesNothingWhileIdleKeysAreSwept() throws Exception {
        var clock = new AtomicLong();
        var table = new AllowanceTable(1000, windows(1, SECOND / 1000), 0);
        var names = new AtomicLong();
        long admitted = race(() -> {
            long sum = 0;
            for (int i = 0; i < 20_000; i++) {
                long now = clock.addAndGet(1000);
                sum += table.take("k", now) >= 0 ? 1 : 0;
                if (i % 4 == 0) {
                    table.take("n" + names.incrementAndGet() % 5000, now);
                }
            }
            return sum;
        });
        long periods = clock.get() / (SECOND / 1000);
        assertThat(admitted).isBetween(1L, periods + 2);
    }
}
