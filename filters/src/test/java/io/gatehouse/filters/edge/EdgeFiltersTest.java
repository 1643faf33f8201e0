package io.gatehouse.filters.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.filters.Allocation;
import io.gatehouse.filters.TestHead;
import io.gatehouse.filters.TestServices;
import io.gatehouse.filters.edge.HeadersConfig.Edit;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeFiltersTest {
    private static final Edit NOTHING = new Edit(Map.of(), Map.of(), List.of());
    private final TestServices services = new TestServices();

    private Filter requestId(boolean trust) {
        return new RequestIdFactory().create(new RequestIdConfig("X-Request-Id", trust), services);
    }

    private Filter headers(Edit request, Edit response) {
        return new HeadersFactory().create(new HeadersConfig(request, response), services);
    }

    @Test
    void givesEachRequestAnIdThatTargetAndClientSee() {
        var filter = requestId(false);
        var exchange = new TestExchange().header("X-Request-Id", "callers");
        var head = new TestHead();
        assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.NEXT);
        filter.onResponse(exchange, head);

        var id = UUID.fromString(exchange.requestId);
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(TestServices.NOW.toEpochMilli());
        assertThat(exchange.requestHeaders.getAll("X-Request-Id")).containsExactly(exchange.requestId);
        assertThat(head.headers().get("X-Request-Id")).isEqualTo(exchange.requestId);
    }

    @Test
    void givesNoIdTwice() {
        var ids = new RequestIds(services.clock());
        var seen = new HashSet<String>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(ids.next())).isTrue();
        }
    }

    @Test
    void allocatesTheIdAlone() {
        var ids = new RequestIds(services.clock());
        assertThat(Allocation.bytesPerRun(ids::next)).isLessThanOrEqualTo(96);
    }

    @Test
    void takesASaneIdOfATrustedCaller() {
        var exchange = new TestExchange().header("X-Request-Id", "trace-1.2/3:4");
        requestId(true).onRequest(exchange);
        assertThat(exchange.requestId).isEqualTo("trace-1.2/3:4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "<script>", "a\u00e4"})
    void takesNoOtherId(String value) {
        var exchange = new TestExchange().header("X-Request-Id", value);
        requestId(true).onRequest(exchange);
        assertThat(exchange.requestId).hasSize(36);
    }

    @Test
    void takesNeitherTwoIdsNorALongOne() {
        var two = new TestExchange().header("X-Request-Id", "a").header("X-Request-Id", "b");
        requestId(true).onRequest(two);
        assertThat(two.requestId).hasSize(36);
        assertThat(two.requestHeaders.getAll("X-Request-Id")).containsExactly(two.requestId);
        var endless = new TestExchange().header("X-Request-Id", "a".repeat(129));
        requestId(true).onRequest(endless);
        assertThat(endless.requestId).hasSize(36);
    }

    @Test
    void keepsTheIdOfAResumedRequest() {
        var exchange = new TestExchange();
        exchange.resumed = true;
        requestId(false).onRequest(exchange);
        assertThat(exchange.requestId).isEqualTo("test-request");
    }

    @Test
    void removesSetsAndAddsHeaders() {
        var filter = headers(
                new Edit(Map.of("X-Set", "new"), Map.of("X-Add", "more"), List.of("X-Gone")),
                new Edit(Map.of("Strict-Transport-Security", "max-age=1"), Map.of(), List.of("Server")));
        var exchange =
                new TestExchange().header("X-Set", "old").header("X-Add", "one").header("X-Gone", "x");
        filter.onRequest(exchange);
        assertThat(exchange.requestHeaders.getAll("X-Set")).containsExactly("new");
        assertThat(exchange.requestHeaders.getAll("X-Add")).containsExactly("one", "more");
        assertThat(exchange.requestHeaders.contains("X-Gone")).isFalse();

        var head = new TestHead();
        head.headers().set("Server", "secret/1.0");
        filter.onResponse(exchange, head);
        assertThat(head.headers().contains("Server")).isFalse();
        assertThat(head.headers().get("Strict-Transport-Security")).isEqualTo("max-age=1");
    }

    @Test
    void changesRequestsBeforePoliciesJudgeThem() {
        var change = new Edit(Map.of("X-A", "1"), Map.of(), List.of());
        var factory = new HeadersFactory();
        assertThat(factory.phase(new HeadersConfig(change, NOTHING))).isEqualTo(Phase.TRANSFORM);
        assertThat(factory.phase(new HeadersConfig(NOTHING, change))).isEqualTo(Phase.EDGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "transfer-encoding",
                "Content-Length",
                "HOST",
                "Upgrade",
                "TE",
                "X-Auth-Client-ID",
                "x-auth-anything",
                "Gatehouse-Approval",
                "X-Gatehouse-Any",
                "X-Forwarded-User",
                "Forwarded",
                "X-Real-IP",
                "",
                "a b",
                "a:b",
                "ä",
                ":path"
            })
    void refusesNamesThatAreNotItsToWrite(String name) {
        assertThatThrownBy(() -> headers(new Edit(Map.of(name, "x"), Map.of(), List.of()), NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("request.set: expected a header");
        assertThatThrownBy(() -> headers(NOTHING, new Edit(Map.of(), Map.of(), List.of(name))))
                .hasMessageStartingWith("response.remove: expected a header");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hidden\r\nb", "hidden\u0000", " hidden", "hidden ", "hidden\u20ac"})
    void refusesValuesThatCouldBreakTheWire(String value) {
        assertThatThrownBy(() -> headers(new Edit(Map.of("X-A", value), Map.of(), List.of()), NOTHING))
                .hasMessageStartingWith("request.set.X-A: expected a header value")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void refusesAHeaderThatIsNamedTwice() {
        assertThatThrownBy(() -> headers(new Edit(Map.of("X-A", "1"), Map.of("x-a", "2"), List.of()), NOTHING))
                .hasMessage("request.add: expected each header once, got `x-a` again");
    }
}
