package io.gatehouse.benchmarks;

import io.gatehouse.config.Rate;
import io.gatehouse.filters.authn.apikey.ApiKeyConfig;
import io.gatehouse.filters.authn.apikey.ApiKeyFactory;
import io.gatehouse.filters.ratelimit.RateLimitConfig;
import io.gatehouse.filters.ratelimit.RateLimitFactory;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Principal;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Single filters that answer from memory: a key among ten thousand, a limit among a thousand callers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FilterBenchmark {
    private static final int CLIENTS = 10_000;
    private static final int CALLERS = 1_024;

    private final Filter apiKey = new ApiKeyFactory()
            .create(
                    new ApiKeyConfig(
                            IntStream.range(0, CLIENTS)
                                    .mapToObj(FilterBenchmark::client)
                                    .toList(),
                            List.of(),
                            "benchmark"),
                    new BenchmarkServices());
    private final Filter window = limit("100000000/s", RateLimitConfig.Algorithm.WINDOW, null);
    private final Filter gcra = limit("1000/s", RateLimitConfig.Algorithm.GCRA, 1_000_000L);
    private final TestExchange[] callers =
            IntStream.range(0, CALLERS).mapToObj(FilterBenchmark::caller).toArray(TestExchange[]::new);
    private int next;

    private static ApiKeyConfig.Client client(int number) {
        return new ApiKeyConfig.Client("client-" + number, hash(key(number)), null, List.of("agent"), null, Map.of());
    }

    private static String key(int number) {
        return "key-of-no-secrecy-" + number;
    }

    /** A key's hash, as the configuration writes it. */
    static String hash(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return "sha256:" + HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Filter limit(String rate, RateLimitConfig.Algorithm algorithm, @Nullable Long burst) {
        return new RateLimitFactory()
                .create(new RateLimitConfig(Rate.parse(rate), "client", algorithm, burst), new BenchmarkServices());
    }

    private static TestExchange caller(int number) {
        int client = number * 7 % CLIENTS;
        var exchange = TestExchange.of(HttpMethod.GET, "/orders/42").header("X-API-Key", key(client));
        exchange.principal =
                new Principal(Principal.DEFAULT_TENANT, "client", "client-" + client, Set.of("agent"), Attributes.NONE);
        exchange.action = new Action("http", "GET", Attributes.NONE);
        exchange.resource = new Resource("path", "/orders/42", Attributes.NONE);
        return exchange;
    }

    private TestExchange nextCaller() {
        next = (next + 1) % CALLERS;
        return callers[next];
    }

    @Benchmark
    public Verdict apiKey() {
        return apiKey.onRequest(nextCaller());
    }

    @Benchmark
    public Verdict rateLimitByWindow() {
        return window.onRequest(nextCaller());
    }

    @Benchmark
    public Verdict rateLimitByGcra() {
        return gcra.onRequest(nextCaller());
    }
}
