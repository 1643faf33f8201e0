package io.gatehouse.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.Rate;
import io.gatehouse.filters.Allocation;
import io.gatehouse.filters.TestHead;
import io.gatehouse.filters.TestServices;
import io.gatehouse.filters.ratelimit.RateLimitConfig.Algorithm;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitFilterTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5)); // overflows under way
    private final TestServices services = new TestServices();
    private final RateLimitFactory factory = new RateLimitFactory(now::get);

    private Filter filter(String rate, String by) {
        return factory.create(new RateLimitConfig(Rate.parse(rate), by, Algorithm.WINDOW, null), services);
    }

    private static TestExchange client(String id) {
        var exchange = new TestExchange();
        exchange.principal = new Principal(Principal.DEFAULT_TENANT, "client", id, Set.of(), Attributes.NONE);
        return exchange;
    }

    private void pass(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static boolean allows(Filter filter, TestExchange exchange) {
        return filter.onRequest(exchange).equals(Verdict.NEXT);
    }

    @Test
    void letsTheLimitPassAndRefusesTheNext() {
        var filter = filter("3/min", "client");

        assertThat(allows(filter, client("a"))).isTrue();
        assertThat(allows(filter, client("a"))).isTrue();
        assertThat(allows(filter, client("a"))).isTrue();
        assertThat(filter.onRequest(client("a"))).isInstanceOfSatisfying(Verdict.Deny.class, deny -> {
            assertThat(deny.denial().code()).isEqualTo("rate_limited");
            assertThat(deny.denial().status()).isEqualTo(429);
            assertThat(Integer.parseInt(deny.denial().headers().get("Retry-After")))
                    .isBetween(60, 61);
        });
        assertThat(allows(filter, client("b"))).isTrue();
        assertThat(services.registry
                        .counter("gatehouse.rate.limit.denied", "by", "client")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void rollsAndDoesNotCountWhatItRefused() {
        var filter = filter("2/min", "client");
        assertThat(allows(filter, client("a"))).isTrue();
        pass(40_000);
        assertThat(allows(filter, client("a"))).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(allows(filter, client("a"))).isFalse();
        }
        pass(19_900);
        assertThat(allows(filter, client("a"))).isFalse();
        pass(101);
        assertThat(allows(filter, client("a"))).isTrue();
        assertThat(allows(filter, client("a"))).isFalse();
        pass(40_001);
        assertThat(allows(filter, client("a"))).isTrue();
    }

    @Test
    void saysPolicyAndWhatIsLeft() {
        var filter = filter("3/min", "client");
        var exchange = client("a");
        filter.onRequest(exchange);
        var head = new TestHead();
        filter.onResponse(exchange, head);

        assertThat(head.headers().get("RateLimit-Policy")).isEqualTo("\"client-3/60s\";q=3;w=60");
        assertThat(head.headers().get("RateLimit")).isEqualTo("\"client-3/60s\";r=2;t=60");
    }

    @Test
    void speaksInPlaceOfTheTargetAndBesideOtherLimits() {
        var perMinute = filter("3/min", "client");
        var perHour = filter("9/h", "client");
        var exchange = client("a");
        perMinute.onRequest(exchange);
        perHour.onRequest(exchange);
        var head = new TestHead();
        head.headers().add("RateLimit", "\"target\";r=1").add("RateLimit-Policy", "\"target\";q=2");
        perHour.onResponse(exchange, head);
        perMinute.onResponse(exchange, head);

        assertThat(head.headers().getAll("RateLimit"))
                .containsExactly("\"client-9/3600s\";r=8;t=3600", "\"client-3/60s\";r=2;t=60");
        assertThat(head.headers().getAll("RateLimit-Policy"))
                .containsExactly("\"client-9/3600s\";q=9;w=3600", "\"client-3/60s\";q=3;w=60");
    }

    @Test
    void saysThatNothingIsLeftOnARefusal() {
        var filter = filter("1/s", "client");
        filter.onRequest(client("a"));
        var refused = client("a");
        filter.onRequest(refused);
        var head = new TestHead();
        filter.onResponse(refused, head);

        assertThat(head.headers().get("RateLimit")).startsWith("\"client-1/1s\";r=0;t=");
    }

    @Test
    void doesNotChargeAResumedRequestAgain() {
        var filter = filter("1/min", "client");
        var exchange = client("a");
        assertThat(allows(filter, exchange)).isTrue();
        exchange.resumed = true;
        assertThat(allows(filter, exchange)).isTrue();
    }

    @Test
    void countsWhoeverIsNotIdentifiedByAddress() {
        var filter = filter("1/min", "client");
        var one = new TestExchange();
        var other = new TestExchange();
        other.clientAddress = "192.0.2.2";
        assertThat(allows(filter, one)).isTrue();
        assertThat(allows(filter, one)).isFalse();
        assertThat(allows(filter, other)).isTrue();
    }

    @Test
    void countsANetworkOfIpv6AsOneClient() {
        var filter = filter("1/min", "address");
        var one = new TestExchange();
        one.clientAddress = "2001:db8:1:2::1";
        var neighbour = new TestExchange();
        neighbour.clientAddress = "2001:db8:1:2:ffff:0:0:9";
        var stranger = new TestExchange();
        stranger.clientAddress = "2001:db8:1:3::1";
        assertThat(allows(filter, one)).isTrue();
        assertThat(allows(filter, neighbour)).isFalse();
        assertThat(allows(filter, stranger)).isTrue();
    }

    @Test
    void countsByHeaderAndByRoute() {
        var header = filter("1/min", "header:X-Team");
        assertThat(allows(header, new TestExchange().header("x-team", "red"))).isTrue();
        assertThat(allows(header, new TestExchange().header("x-team", "red"))).isFalse();
        assertThat(allows(header, new TestExchange().header("x-team", "blue"))).isTrue();
        assertThat(allows(header, new TestExchange())).isTrue();
        assertThat(allows(header, new TestExchange())).isFalse();

        var route = filter("1/min", "route");
        assertThat(allows(route, client("a"))).isTrue();
        assertThat(allows(route, client("b"))).isFalse();
    }

    @Test
    void letsGcraBurstThenPassEvenly() {
        var filter = factory.create(new RateLimitConfig(Rate.parse("60/min"), "client", Algorithm.GCRA, 3L), services);
        for (int i = 0; i < 3; i++) {
            assertThat(allows(filter, client("a"))).isTrue();
        }
        assertThat(allows(filter, client("a"))).isFalse();
        pass(999);
        assertThat(allows(filter, client("a"))).isFalse();
        pass(1);
        assertThat(allows(filter, client("a"))).isTrue();
        assertThat(allows(filter, client("a"))).isFalse();
        pass(60_000);
        for (int i = 0; i < 3; i++) {
            assertThat(allows(filter, client("a"))).isTrue();
        }
        assertThat(allows(filter, client("a"))).isFalse();
    }

    @Test
    void countsAddressesBeforeAnyoneIsIdentified() {
        assertThat(factory.phase(new RateLimitConfig(Rate.parse("1/s"), "address", Algorithm.WINDOW, null)))
                .isEqualTo(Phase.EDGE);
        assertThat(factory.phase(new RateLimitConfig(Rate.parse("1/s"), "client", Algorithm.WINDOW, null)))
                .isEqualTo(Phase.LIMIT);
    }

    @Test
    void refusesSettingsThatCannotWork() {
        assertThatThrownBy(() -> new RateLimitConfig(Rate.parse("1/s"), "moon", Algorithm.WINDOW, null))
                .hasMessage("by: expected `client`, `address`, `route` or `header:NAME`, got `moon`");
        for (var dropped :
                List.of("X-Auth-Token", "x-auth-key", "X-Forwarded-For", "X-Real-IP", "Gatehouse-Approval")) {
            assertThatThrownBy(
                            () -> new RateLimitConfig(Rate.parse("1/s"), "header:" + dropped, Algorithm.WINDOW, null))
                    .hasMessage("by: expected a header that the gateway lets in, got `header:" + dropped
                            + "`, which would count all clients together");
        }
        assertThatThrownBy(() -> new RateLimitConfig(Rate.parse("1/s"), "client", Algorithm.WINDOW, 3L))
                .hasMessage("burst: expected only with `algorithm: gcra`");
        assertThatThrownBy(() -> factory.create(
                        new RateLimitConfig(Rate.parse("1/d"), "client", Algorithm.GCRA, 100_000_000L), services))
                .hasMessageStartingWith("burst: expected less");
    }

    @Test
    void allocatesNothingForACheck() {
        var shape = new RollingWindow.Shape(100, TimeUnit.MINUTES.toNanos(1), 0);
        var table = new AllowanceTable(100, at -> new RollingWindow(shape), 0);
        var time = new AtomicLong();
        var bytes = Allocation.bytesPerRun(() -> table.take("client", time.addAndGet(1_000_000)));

        assertThat(bytes).isZero();
    }
}
