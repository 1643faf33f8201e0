package io.gatehouse.benchmarks;

import io.gatehouse.approvals.RequestDigest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What binds an approval to one request: plain HTTP with a body of 1 KiB, and a call of an engine. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DigestBenchmark {
    private final RequestDigest.Subject subject = new RequestDigest.Subject("default", "client", "bench", "orders");
    private final RequestDigest.HttpRequest request = new RequestDigest.HttpRequest(
            "POST", "api.example.com", "/orders/42", "a=b", Map.of("content-type", List.of("application/json")));
    private final byte[] body = new byte[1024];
    private final String call = "crm delete_customer sha256:0f0f {\"id\":\"c-1031\",\"reason\":\"asked for it\"}";

    @Benchmark
    public String ofHttp() {
        return RequestDigest.ofHttp(subject, request, ByteBuffer.wrap(body));
    }

    @Benchmark
    public String ofCall() {
        return RequestDigest.ofCall(subject, call);
    }
}
