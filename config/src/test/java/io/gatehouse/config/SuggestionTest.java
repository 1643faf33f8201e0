package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionTest {
    private static final List<String> NAMES = List.of("orders", "order-items", "tools", "to");

    @ParameterizedTest
    @CsvSource({
        "oders, orders",
        "ordres, orders",
        "orders1, orders",
        "tool, tools",
        "order_items, order-items",
        "ot, to"
    })
    void namesTheNearest(String given, String meant) {
        assertThat(Suggestion.of(given, NAMES)).isEqualTo(" (did you mean `" + meant + "`?)");
    }

    @ParameterizedTest
    @CsvSource({"least_conn, least-request", "gzip, compress", "proxy_pass, to"})
    void knowsWhatOthersCallIt(String given, String meant) {
        assertThat(Suggestion.nearest(given, List.of("least-request", "compress", "to")))
                .isEqualTo(meant);
        assertThat(Suggestion.of(given, List.of("another"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"payments", "x", "zzz"})
    void saysNothingWhereNoneIsNear(String given) {
        assertThat(Suggestion.of(given, NAMES)).isEmpty();
    }
}
