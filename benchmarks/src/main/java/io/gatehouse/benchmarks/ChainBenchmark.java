package io.gatehouse.benchmarks;

import io.gatehouse.config.Rate;
import io.gatehouse.filters.authn.apikey.ApiKeyConfig;
import io.gatehouse.filters.authn.apikey.ApiKeyFactory;
import io.gatehouse.filters.authorize.AuthorizeConfig;
import io.gatehouse.filters.authorize.AuthorizeFactory;
import io.gatehouse.filters.edge.HeadersConfig;
import io.gatehouse.filters.edge.HeadersFactory;
import io.gatehouse.filters.edge.RequestIdConfig;
import io.gatehouse.filters.edge.RequestIdFactory;
import io.gatehouse.filters.ratelimit.RateLimitConfig;
import io.gatehouse.filters.ratelimit.RateLimitFactory;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.FilterChain.Link;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Whole chains that memory answers: the runner alone, the edge chain, and the edge chain with a decision among 100 policies. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChainBenchmark {
    private static final BenchmarkServices SERVICES = new BenchmarkServices();
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final FilterChain runner = new FilterChain(
            IntStream.range(0, 6)
                    .mapToObj(at -> new Link("next", Phase.EDGE, exchange -> Verdict.NEXT))
                    .toList(),
            TIMEOUT);
    private final FilterChain edge = new FilterChain(edge(), TIMEOUT);
    private final FilterChain whole = new FilterChain(
            IntStream.range(0, 5)
                    .mapToObj(at -> at < 4 ? edge().get(at) : link(new AuthorizeFactory(), new AuthorizeConfig()))
                    .toList(),
            TIMEOUT);
    private final TestExchange exchange = exchange();

    private static List<Link> edge() {
        var client =
                new ApiKeyConfig.Client("bench", FilterBenchmark.hash("a-key"), null, List.of("agent"), null, Map.of());
        var edit = new HeadersConfig.Edit(Map.of("X-Gateway", "gatehouse"), Map.of(), List.of("X-Debug"));
        return List.of(
                link(new RequestIdFactory(), new RequestIdConfig("X-Request-Id", false)),
                link(new ApiKeyFactory(), new ApiKeyConfig(List.of(client), List.of(), "benchmark")),
                link(
                        new RateLimitFactory(),
                        new RateLimitConfig(
                                Rate.parse("100000000/s"), "client", RateLimitConfig.Algorithm.WINDOW, null)),
                link(new HeadersFactory(), new HeadersConfig(edit, edit)));
    }

    private static <C extends Record> Link link(FilterFactory<C> factory, C config) {
        Filter filter = factory.create(config, SERVICES);
        return new Link(factory.name(), factory.phase(config), filter);
    }

    private static TestExchange exchange() {
        var exchange = TestExchange.of(HttpMethod.GET, "/orders/42").header("X-API-Key", "a-key");
        exchange.action = new Action("mcp", "read_order", name -> name.equals("risk") ? 20L : null);
        exchange.resource = new Resource("engine", "crm", Attributes.NONE);
        exchange.policies = PolicyBenchmark.policies(100);
        return exchange;
    }

    @Benchmark
    public Verdict runner() {
        return runner.run(exchange);
    }

    @Benchmark
    public Verdict edgeChain() {
        exchange.requestHeaders.set("X-API-Key", "a-key");
        return edge.run(exchange);
    }

    @Benchmark
    public Verdict wholeChain() {
        exchange.requestHeaders.set("X-API-Key", "a-key");
        return whole.run(exchange);
    }
}
