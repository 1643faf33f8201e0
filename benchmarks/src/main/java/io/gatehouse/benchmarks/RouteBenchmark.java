package io.gatehouse.benchmarks;

import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import io.gatehouse.proxy.route.RouteTable.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Finding one route among many: a third of them exact paths, a third with a variable segment, a third open, all below one prefix,
 * and each request for another of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteBenchmark {
    private static final int REQUESTS = 4096;

    @Param({"10", "10000"})
    public int routes;

    private RouteTable<String> table = new RouteTable<>(List.of());
    private final Match<String> match = new Match<>();
    private String[] paths = {};
    private int next;

    /** Compiles the table. */
    @Setup
    public void compile() {
        var entries = new ArrayList<RouteTable.Entry<String>>();
        for (int i = 0; i < routes; i++) {
            var path = switch (i % 3) {
                case 0 -> "/api/service-" + i + "/items";
                case 1 -> "/api/service-" + i + "/{id}/parts";
                default -> "/api/service-" + i + "/**";
            };
            entries.add(new RouteTable.Entry<>("r" + i, List.of(), false, PathPattern.parse(path), Set.of(), "r" + i));
        }
        table = new RouteTable<>(entries);
        var random = new Random(1);
        paths = new String[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            int route = random.nextInt(routes);
            paths[i] = "/api/service-" + route
                    + switch (route % 3) {
                        case 0 -> "/items";
                        case 1 -> "/" + random.nextInt(100_000) + "/parts";
                        default -> "/any/thing/" + random.nextInt(100_000);
                    };
        }
    }

    /** One look-up. */
    @Benchmark
    public @Nullable String find() {
        next = next + 1 & REQUESTS - 1;
        table.find("api.example.com", paths[next], "GET", match);
        return match.route();
    }
}
