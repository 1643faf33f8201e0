package io.gatehouse.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTableScaleTest {
    private static final String[] WORDS = {"a", "b", "c", "orders"};

    /** The tree must find what trying every pattern in order finds. */
    @Test
    void findsWhatASearchThroughAllFinds() {
        var random = new Random(42);
        for (int round = 0; round < 300; round++) {
            var entries = entries(random);
            var table = new RouteTable<>(entries);
            for (int i = 0; i < 60; i++) {
                var path = path(random);
                var method = random.nextBoolean() ? "GET" : "POST";
                var match = new RouteTable.Match<String>();
                table.find("any", path, method, match);
                assertThat(match.route())
                        .as("%s %s among %s", method, path, entries)
                        .isEqualTo(naive(entries, path, method));
            }
        }
    }

    private static List<RouteTable.Entry<String>> entries(Random random) {
        var seen = new HashSet<String>();
        var entries = new ArrayList<RouteTable.Entry<String>>();
        for (int i = 0; i < 20; i++) {
            var text = new StringBuilder();
            int depth = random.nextInt(4);
            for (int j = 0; j < depth; j++) {
                text.append('/').append(random.nextInt(3) == 0 ? "{v}" : WORDS[random.nextInt(WORDS.length)]);
            }
            text.append(random.nextInt(3) == 0 ? "/**" : depth == 0 ? "/" : "");
            var pattern = PathPattern.parse(text.toString());
            Set<String> methods = random.nextBoolean() ? Set.of() : Set.of("GET");
            if (seen.add(pattern.shape() + methods)) {
                entries.add(new RouteTable.Entry<>("r" + i, List.of(), false, pattern, methods, "r" + i));
            }
        }
        return entries;
    }

    private static String path(Random random) {
        var path = new StringBuilder();
        int depth = random.nextInt(5);
        for (int j = 0; j < depth; j++) {
            path.append('/').append(random.nextInt(5) == 0 ? "other" : WORDS[random.nextInt(WORDS.length)]);
        }
        return path.isEmpty() || random.nextInt(4) == 0 ? path + "/" : path.toString();
    }

    private static @Nullable String naive(List<RouteTable.Entry<String>> entries, String path, String method) {
        return entries.stream()
                .filter(entry -> entry.path().matches(path))
                .filter(entry -> entry.methods().isEmpty() || entry.methods().contains(method))
                .min(Comparator.<RouteTable.Entry<String>, Boolean>comparing(
                                entry -> !entry.path().isExact())
                        .thenComparingInt(entry -> -entry.path().literals())
                        .thenComparing(entry -> entry.path().open())
                        .thenComparingInt(entry -> -entry.path().segments().size())
                        .thenComparing(entry -> entry.methods().isEmpty()))
                .map(RouteTable.Entry::route)
                .orElse(null);
    }
}
