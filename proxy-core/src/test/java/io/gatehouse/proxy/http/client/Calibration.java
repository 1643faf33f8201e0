package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What became of the same bytes at Gatehouse, at nginx and at HAProxy.
 *
 * @param title of the line with the figures
 * @param served what a peer refuses and we serve, and why
 */
record Calibration(String title, List<Row> rows, Map<String, String> served) {
    enum Fate {
        PASSES,
        REFUSED,
        /** The peer takes the request for incomplete. */
        WAITS;

        private String word() {
            return switch (this) {
                case PASSES -> "passes";
                case REFUSED -> "refuses";
                case WAITS -> "waits";
            };
        }
    }

    /**
     * One request.
     *
     * @param refusable whether it is for us to refuse
     */
    record Row(String name, boolean refusable, Fate ours, Fate nginx, Fate haproxy) {
        private String text() {
            return "%-44s %-10s %-10s %-10s".formatted(name, ours.word(), nginx.word(), haproxy.word());
        }

        private boolean isPeerStricter() {
            return ours != Fate.REFUSED && (nginx == Fate.REFUSED || haproxy == Fate.REFUSED);
        }
    }

    /** Prints all of it; holds where we refuse what we should and serve the rest, of which the peers refuse no more than we know. */
    void judge() {
        print();
        assertThat(rows).filteredOn(Row::refusable).allMatch(row -> row.ours() == Fate.REFUSED);
        assertThat(rows).filteredOn(row -> !row.refusable()).allMatch(row -> row.ours() == Fate.PASSES);
        assertThat(rows.stream().filter(Row::isPeerStricter).map(Row::name))
                .containsExactlyInAnyOrderElementsOf(served.keySet());
    }

    private void print() {
        var text = new StringBuilder("%-44s %-10s %-10s %-10s%n".formatted("request", "gatehouse", "nginx", "haproxy"));
        rows.forEach(row -> text.append(row.text()).append(System.lineSeparator()));
        served.forEach((name, why) -> text.append("served all the same: ")
                .append(name)
                .append(": ")
                .append(why)
                .append(System.lineSeparator()));
        text.append("%s: %d requests, gatehouse refuses %d, nginx %d, haproxy %d, stricter peers %d"
                .formatted(
                        title,
                        rows.size(),
                        refusals(Row::ours),
                        refusals(Row::nginx),
                        refusals(Row::haproxy),
                        rows.stream().filter(Row::isPeerStricter).count() - served.size()));
        System.out.println(text);
    }

    private long refusals(Function<Row, Fate> fate) {
        return rows.stream().map(fate).filter(Fate.REFUSED::equals).count();
    }
}
