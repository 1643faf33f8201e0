package io.gatehouse.proxy.testing;

import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.policy.Principal;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.Call;
import io.gatehouse.proxy.filter.ClientCertificate;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Presenter;
import io.gatehouse.proxy.filter.RequestContext;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.filter.RunningExchange;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** An exchange without a connection, for tests of single filters and engines: what a test does not set has a plain value. */
public final class TestExchange implements RunningExchange {
    private final Attributes context = new RequestContext(this);
    public HttpMethod method = HttpMethod.GET;
    public String uri = "/";
    public String authority = "gateway.example";
    public HttpHeaders requestHeaders = new DefaultHttpHeaders();
    public String clientAddress = "192.0.2.1";
    public @Nullable ClientCertificate clientCertificate;
    public RouteInfo route = new RouteInfo("test", Principal.DEFAULT_TENANT, List.of());
    public Principal principal = Principal.ANONYMOUS;
    public @Nullable Action action;
    public @Nullable Resource resource;
    public @Nullable Call call;
    public @Nullable Decision decision;
    public @Nullable String approval;
    public String requestId = "test-request";
    public @Nullable PolicyDecisionPoint policies;
    public ByteBuf body = Unpooled.EMPTY_BUFFER;
    public boolean resumed;
    public int entered;
    public long startNanos = System.nanoTime();
    public Presenter presenter = new PlainPresenter();
    private final IdentityHashMap<Key<?>, Object> slots = new IdentityHashMap<>();

    public static TestExchange of(HttpMethod method, String uri) {
        var exchange = new TestExchange();
        exchange.method = method;
        exchange.uri = uri;
        return exchange;
    }

    public TestExchange header(String name, String value) {
        requestHeaders.add(name, value);
        return this;
    }

    public TestExchange body(String text) {
        body = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        return this;
    }

    @Override
    public HttpMethod method() {
        return method;
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public String path() {
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    @Override
    public void path(String value) {
        var query = query();
        uri = query == null ? value : value + "?" + query;
    }

    @Override
    public @Nullable String query() {
        int mark = uri.indexOf('?');
        return mark < 0 ? null : uri.substring(mark + 1);
    }

    @Override
    public void query(@Nullable String query) {
        uri = query == null ? path() : path() + "?" + query;
    }

    @Override
    public String authority() {
        return authority;
    }

    @Override
    public HttpHeaders requestHeaders() {
        return requestHeaders;
    }

    @Override
    public String clientAddress() {
        return clientAddress;
    }

    @Override
    public String scheme() {
        return "http";
    }

    @Override
    public @Nullable ClientCertificate clientCertificate() {
        return clientCertificate;
    }

    @Override
    public String listener() {
        return "test";
    }

    @Override
    public String tenant() {
        return route.tenant();
    }

    @Override
    public RouteInfo route() {
        return route;
    }

    @Override
    public Attributes context() {
        return context;
    }

    @Override
    public Principal principal() {
        return principal;
    }

    @Override
    public void principal(Principal value) {
        principal = value;
    }

    @Override
    public Action action() {
        var set = action;
        return set == null ? new Action("http", method.name(), Attributes.NONE) : set;
    }

    @Override
    public void action(Action value) {
        action = value;
    }

    @Override
    public Resource resource() {
        var set = resource;
        return set == null ? new Resource("path", path(), Attributes.NONE) : set;
    }

    @Override
    public void resource(Resource value) {
        resource = value;
    }

    @Override
    public String routeName() {
        return route.name();
    }

    @Override
    public @Nullable Call call() {
        return call;
    }

    @Override
    public void call(Call value) {
        call = value;
    }

    @Override
    public @Nullable Decision decision() {
        return decision;
    }

    @Override
    public void decision(Decision value) {
        decision = value;
    }

    @Override
    public @Nullable String approval() {
        return approval;
    }

    @Override
    public void approval(String approvalId) {
        approval = approvalId;
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public void requestId(String id) {
        requestId = id;
    }

    @Override
    public PolicyDecisionPoint policies() {
        return Objects.requireNonNull(policies, "the test set no policies");
    }

    @Override
    public ByteBuf body() {
        return body;
    }

    @Override
    public void body(ByteBuf replacement) {
        body = replacement;
    }

    @Override
    public boolean bodyLimit(long bytes) {
        return body.readableBytes() <= bytes;
    }

    @Override
    public boolean resumed() {
        return resumed;
    }

    @Override
    public long startNanos() {
        return startNanos;
    }

    @Override
    public Presenter presenter() {
        return presenter;
    }

    @Override
    @SuppressWarnings("unchecked") // put() keeps key and value of one type together
    public <T> @Nullable T get(Key<T> key) {
        return (T) slots.get(key);
    }

    @Override
    public <T> void put(Key<T> key, T value) {
        slots.put(key, Objects.requireNonNull(value));
    }

    @Override
    public EventExecutor loop() {
        return ImmediateEventExecutor.INSTANCE;
    }

    @Override
    public int entered() {
        return entered;
    }

    @Override
    public void entered(int count) {
        entered = count;
    }

    @Override
    public @Nullable Mono<Verdict.Settled> bufferBody() {
        return null;
    }

    @Override
    public void bodyUse(BodyUse use) {}

    /** Says the code alone. */
    private static final class PlainPresenter implements Presenter {
        @Override
        public LocalResponse denied(Exchange exchange, Denial denial) {
            return LocalResponse.of(denial.status(), "text/plain", denial.code());
        }

        @Override
        public LocalResponse waiting(Exchange exchange, Waiting waiting) {
            return LocalResponse.of(202, "text/plain", waiting.approval());
        }

        @Override
        public Duration hold(Exchange exchange) {
            return Duration.ZERO;
        }

        @Override
        public boolean findsApprovalByDigest() {
            return false;
        }
    }
}
