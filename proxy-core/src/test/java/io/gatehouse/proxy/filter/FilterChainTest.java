package io.gatehouse.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.gatehouse.proxy.testing.TestExchange;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

class FilterChainTest {
    private static FilterChain.Link link(Filter filter) {
        return new FilterChain.Link("test", Phase.EDGE, filter);
    }

    @Test
    void tellsEveryFilterTheEndThoughOneFails() {
        var told = new ArrayList<String>();
        var chain = new FilterChain(
                List.of(link(ending(told, "a")), link(ending(told, "fails")), link(ending(told, "c"))),
                Duration.ofSeconds(1));
        var exchange = new TestExchange();
        exchange.entered(3);
        chain.onEnd(exchange, new Outcome(Outcome.Cause.SERVED, "served", 200, 0, 0, 0, 200, true, null), List.of());
        assertThat(told).containsExactly("c", "fails", "a");
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void letsWaitOnlyWhatIsKeptToBeJudgedAgain(Phase phase) {
        var parks = new Parking(Mono.never(), Duration.ofSeconds(5), Verdict.NEXT).park();
        var later = new Verdict.Later(Mono.just(parks));
        boolean may = phase == Phase.APPROVE;
        for (Filter filter : List.<Filter>of(_ -> parks, _ -> later)) {
            var links = List.of(
                    new FilterChain.Link("waits", phase, filter),
                    new FilterChain.Link("approves", Phase.APPROVE, _ -> Verdict.NEXT));
            var verdict = new FilterChain(links, Duration.ofSeconds(1)).run(new TestExchange());
            var settled = verdict instanceof Verdict.Later(var decision) ? decision.block() : verdict;
            assertThat(settled).isEqualTo(may ? parks : FilterChain.FAILED);
        }
    }

    private static Filter ending(List<String> told, String name) {
        return new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return Verdict.NEXT;
            }

            @Override
            public void onEnd(Exchange exchange, Outcome outcome) {
                told.add(name);
                if (name.equals("fails")) {
                    throw new IllegalStateException("a filter's own fault");
                }
            }
        };
    }

    @Test
    void allocatesNothingWhereFiltersAnswerFromMemory() {
        var chain = new FilterChain(Collections.nCopies(6, link(exchange -> Verdict.NEXT)), Duration.ofSeconds(1));
        var exchange = new TestExchange();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                assertNext(chain.run(exchange));
            }
            best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(best / 10_000).isZero();
    }

    private static void assertNext(Verdict verdict) {
        if (!(verdict instanceof Verdict.Next)) {
            throw new AssertionError("expected to go on");
        }
    }
}
