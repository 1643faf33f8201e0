package io.gatehouse.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.Percent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthStateTest {
    private static final EjectionConfig EJECTION =
            new EjectionConfig(3, Duration.ofSeconds(10), Duration.ofSeconds(30), false);
    private static final TargetAddress TARGET = TargetAddress.of(URI.create("http://127.0.0.1:9"), 1);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // a nano clock may overflow
    private final Endpoint endpoint = new Endpoint(TARGET, TARGET.address(), 1, EJECTION, clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private void failThrice() {
        assertThat(endpoint.failed()).isFalse();
        assertThat(endpoint.failed()).isFalse();
        assertThat(endpoint.failed()).isTrue();
    }

    @Test
    void ejectsForATimeThatGrowsUpToABound() {
        for (int seconds : new int[] {10, 20, 30, 30}) {
            failThrice();
            assertThat(endpoint.isAvailable()).isFalse();
            pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(endpoint.isAvailable()).isFalse();
            pass(Duration.ofNanos(1));
            assertThat(endpoint.isAvailable()).isTrue();
        }
        pass(Duration.ofSeconds(31));
        failThrice();
        pass(Duration.ofSeconds(10));
        assertThat(endpoint.isAvailable()).as("forgiven after a long good time").isTrue();
    }

    @Test
    void countsFailuresInARowOnly() {
        for (int i = 0; i < 10; i++) {
            endpoint.failed();
            endpoint.failed();
            endpoint.succeeded();
        }
        assertThat(endpoint.isAvailable()).isTrue();
    }

    @Test
    void failsItsChecks() {
        endpoint.passesChecks(false);
        assertThat(endpoint.isAvailable()).isFalse();
        endpoint.passesChecks(true);
        assertThat(endpoint.isAvailable()).isTrue();
    }

    @Test
    void opensTheBreakerAndTriesAgainAfterAWhile() {
        var breaker = new Breaker(
                "orders", new CircuitBreakerConfig(new Percent(0.5), 10, 4, Duration.ofMillis(50), 1, true));
        for (int i = 0; i < 4; i++) {
            assertThat(breaker.admits()).isTrue();
            breaker.ended(i % 2 == 0);
        }
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.denial().headers()).containsEntry("Retry-After", "1");
        org.awaitility.Awaitility.await().until(breaker::admits);
        assertThat(breaker.admits()).as("one probe at a time").isFalse();
        breaker.released();
        assertThat(breaker.admits()).isTrue();
        breaker.ended(false);
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.isFailure(500)).isTrue();
        assertThat(breaker.isFailure(499)).isFalse();
    }

    @Test
    void boundsRetriesByRequests() {
        var budget = new RetryBudget(0.2);
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        assertThat(taken).isEqualTo(10);
        for (int i = 0; i < 100; i++) {
            budget.request();
            taken += budget.take() ? 1 : 0;
        }
        assertThat(taken).isBetween(29, 31);
        budget.tick(1);
        assertThat(budget.take()).isTrue();
    }

    @Test
    void keepsWhatIsKnownOfAnAddressThatStays() throws UnknownHostException {
        var named = TargetAddress.of(URI.create("http://orders.example:80"), 2);
        var book = new AddressBook(List.of(named, TARGET), EJECTION);
        assertThat(book.endpoints()).hasSize(2);
        var before = book.endpoints();
        var one = InetAddress.getByName("10.0.0.1");
        var two = InetAddress.getByName("10.0.0.2");
        var three = InetAddress.getByName("10.0.0.3");
        assertThat(book.resolved(0, Set.of(two, one))).isTrue();
        assertThat(book.endpoints())
                .hasSize(3)
                .doesNotContain(before.getFirst())
                .contains(before.getLast());
        assertThat(book.endpoints().stream().mapToInt(Endpoint::weight).sum()).isEqualTo(30_000);
        assertThat(book.resolved(0, Set.of(one, two))).isFalse();
        assertThat(book.resolved(0, Set.of())).as("no answer changes nothing").isFalse();
        var kept = book.endpoints().getFirst();
        assertThat(kept.address()).isEqualTo(new InetSocketAddress(one, 80));
        assertThat(book.resolved(0, Set.of(one, three))).isTrue();
        assertThat(book.endpoints()).contains(kept);
        assertThat(book.endpoints().get(1).address()).isEqualTo(new InetSocketAddress(three, 80));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a",
                "http://a/path",
                "http://a?q",
                "http://user@a",
                "http://a:70000",
                "unix:relative",
                "unix:/",
                "unix://host/path",
                "/just/a/path",
                "http:opaque"
            })
    void refusesWhatIsNoAddress(String url) {
        assertThatThrownBy(() -> TargetAddress.of(URI.create(url), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected an address such as");
    }

    @Test
    void readsAddresses() {
        var six = TargetAddress.of(URI.create("https://[::1]"), 1);
        assertThat(six.authority().toString()).isEqualTo("[::1]");
        assertThat(six.port()).isEqualTo(443);
        assertThat(six.isNamed()).isFalse();
        assertThat(six.secure()).isTrue();
        assertThat(TargetAddress.of(URI.create("h2c://a.example:1"), 1).http2()).isTrue();
        assertThat(TargetAddress.of(URI.create("unix:/run/a.sock"), 1).path()).isEqualTo("/run/a.sock");
        assertThat(TargetAddress.of(URI.create("http://a.example"), 1).isNamed())
                .isTrue();
    }

    @Test
    void readsStatusRanges() {
        assertThat(StatusRange.parse("200-299").contains(299)).isTrue();
        assertThat(StatusRange.parse("204").contains(200)).isFalse();
        assertThatThrownBy(() -> StatusRange.parse("300-200")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StatusRange.parse("2xx")).isInstanceOf(IllegalArgumentException.class);
    }
}
