package io.gatehouse.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancerTest {
    private final List<Choice> choices = new ArrayList<>();

    private static final class Choice implements Balancer.Candidate {
        private final int weight;
        private int inFlight;
        private boolean available = true;
        private int chosen;

        Choice(int weight) {
            this.weight = weight;
        }

        @Override
        public int weight() {
            return weight;
        }

        @Override
        public int inFlight() {
            return inFlight;
        }

        @Override
        public boolean isAvailable() {
            return available;
        }
    }

    private Choice choice(int weight) {
        var choice = new Choice(weight);
        choices.add(choice);
        return choice;
    }

    private void choose(Balance balance, int times) {
        var balancer = new Balancer<>(balance, choices, new Random(1));
        for (int i = 0; i < times; i++) {
            Choice next = Objects.requireNonNull(balancer.next(List.of()));
            next.chosen++;
        }
    }

    @ParameterizedTest
    @EnumSource
    void sharesByWeightAndGivesNothingToWeightZero(Balance balance) {
        var heavy = choice(3);
        var light = choice(1);
        var none = choice(0);
        choose(balance, 4000);
        assertThat(none.chosen).isZero();
        assertThat(light.chosen + heavy.chosen).isEqualTo(4000);
        if (balance == Balance.RANDOM_TWO) {
            assertThat(heavy.chosen).isBetween(2800, 3200);
        } else {
            assertThat(heavy.chosen).isEqualTo(3000);
        }
    }

    @Test
    void takesTurnsSmoothly() {
        var heavy = choice(2);
        var light = choice(1);
        var balancer = new Balancer<>(Balance.ROUND_ROBIN, choices, new Random(1));
        var order = new ArrayList<Choice>();
        for (int i = 0; i < 6; i++) {
            order.add(balancer.next(List.of()));
        }
        assertThat(order).containsExactly(heavy, light, heavy, heavy, light, heavy);
    }

    @Test
    void prefersTheLeastBusy() {
        var busy = choice(1);
        var idle = choice(1);
        busy.inFlight = 1;
        choose(Balance.LEAST_REQUEST, 100);
        assertThat(idle.chosen).isEqualTo(100);
    }

    /** A canary must not get every second request as soon as two are under way. */
    @ParameterizedTest
    @EnumSource
    void weightsAreSharesAlsoWhereRequestsOverlap(Balance balance) {
        var heavy = choice(9);
        var canary = choice(1);
        var balancer = new Balancer<>(balance, choices, new Random(1));
        Choice before = null;
        for (int i = 0; i < 1000; i++) {
            var next = Objects.requireNonNull(balancer.next(List.of()));
            next.chosen++;
            next.inFlight++;
            if (before != null) {
                before.inFlight--; // one is always under way
            }
            before = next;
        }
        assertThat(canary.chosen).isBetween(60, 200);
        assertThat(heavy.chosen).isEqualTo(1000 - canary.chosen);
    }

    @Test
    void givesLessThanItsShareToTheBusier() {
        var heavy = choice(4);
        var light = choice(1);
        heavy.inFlight = 31;
        choose(Balance.LEAST_REQUEST, 90);
        assertThat(light.chosen).isEqualTo(80);
    }

    @Test
    void prefersTheLessBusyOfTwo() {
        var busy = choice(1);
        var idle = choice(1);
        busy.inFlight = 10;
        choose(Balance.RANDOM_TWO, 100);
        assertThat(idle.chosen).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource
    void leavesOutWhatIsUnavailableButNotTheMajority(Balance balance) {
        var down = choice(1);
        var up = choice(1);
        down.available = false;
        choose(balance, 100);
        assertThat(up.chosen).isEqualTo(100);
        up.available = false;
        choose(balance, 100);
        assertThat(down.chosen).as("with fewer than half left, all are tried").isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void triesAnotherWhereThereIsOne(Balance balance) {
        var first = choice(1);
        var second = choice(1);
        var balancer = new Balancer<>(balance, choices, new Random(1));
        for (int i = 0; i < 20; i++) {
            assertThat(balancer.next(List.of(first))).isSameAs(second);
        }
        second.available = false;
        assertThat(balancer.next(List.of(first))).as("none other is left").isSameAs(first);
        assertThat(balancer.next(List.of(first, second))).isNotNull();
    }

    @Test
    void hasNothingToOfferWhereNothingHasWeight() {
        choice(0);
        assertThat(new Balancer<>(Balance.LEAST_REQUEST, choices, new Random(1)).next(List.of()))
                .isNull();
    }
}
