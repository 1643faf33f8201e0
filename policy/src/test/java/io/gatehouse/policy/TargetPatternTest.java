package io.gatehouse.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetPatternTest {
    @ParameterizedTest
    @CsvSource({
        "http:GET, http, GET, true",
        "http:GET, mcp, GET, false",
        "GET, http, GET, true",
        "GET, mcp, GET, true",
        "GET, http, get, false",
        "mcp:*, mcp, delete_customer, true",
        "mcp:*, http, GET, false",
        "*:GET, http, GET, true",
        "*, http, GET, true",
        "agents.*, operation, agents.run, true",
        "agents.*, operation, agents, false",
        "*.read, operation, agents.read, true",
        "*.read, operation, agents.reader, false",
        "a*b*c, x, aXbYc, true",
        "a*b*c, x, abcb, false",
        "a:b:c, a, b:c, true",
    })
    void matchesTypedPatterns(String pattern, String type, String id, boolean expected) {
        assertThat(TargetPattern.typed(pattern).matches(type, id)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/orders, /orders, true",
        "/orders, /orders/, false",
        "/orders/**, /orders, true",
        "/orders/**, /orders/, true",
        "/orders/**, /orders/17/items, true",
        "/orders/**, /orders2, false",
        "/orders/*, /orders/17, true",
        "/orders/*, /orders/, false",
        "/orders/*, /orders/17/items, false",
        "/orders/*/items, /orders/17/items, true",
        "/files/*.pdf, /files/a.pdf, true",
        "/files/*.pdf, /files/a/b.pdf, false",
        "/files/*/**, /files/, false",
        "/files/*/**, /files/a, true",
        "/**, /, true",
        "/**, /any/thing, true",
        "/, /, true",
        "/, /a, false",
    })
    void matchesPathsBySegments(String pattern, String path, boolean expected) {
        assertThat(TargetPattern.resource(pattern).matches("path", path)).isEqualTo(expected);
        assertThat(TargetPattern.resource(pattern).matches("engine", path)).isFalse();
        assertThat(TargetPattern.resource("engine:" + pattern).matches("engine", path))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "/a/{id}", "/a/**/b", "a\\b", "x[0]", "a:", ":a", "*a*b*c*d*e*f*g*h*i", "a\u0000"})
    void refusesWhatIsNoPattern(String source) {
        assertThatThrownBy(() -> TargetPattern.resource(source)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesPatternsThatAreTooLong() {
        assertThat(TargetPattern.typed("a".repeat(256)).matches("x", "a".repeat(256)))
                .isTrue();
        assertThatThrownBy(() -> TargetPattern.typed("a".repeat(257))).hasMessage("expected 1 to 256 characters");
    }

    @Test
    void staysFastWhereWildcardsBacktrack() {
        var pattern = TargetPattern.typed("*a*a*a*a*a*a*b");
        long start = System.nanoTime();

        assertThat(pattern.matches("x", "a".repeat(20_000))).isFalse();
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    }
}
