package io.gatehouse.gateway.cli;

import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.policy.Principal;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.filter.Call;
import io.gatehouse.proxy.filter.ClientCertificate;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.Presenter;
import io.gatehouse.proxy.filter.RequestContext;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.route.PathNormalizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that nobody sent, as engines and policies see one: from this machine, on a listener named {@code explain}. */
final class ExplainedExchange implements Exchange {
    private final Attributes context = new RequestContext(this);
    private static final String SELF = "127.0.0.1";
    private static final String LISTENER = "explain";

    private final ExplainArguments arguments;
    private String path;
    private final Route route;
    private final PolicyDecisionPoint policies;
    private final HttpHeaders headers = new DefaultHttpHeaders();
    private final Map<Key<?>, Object> slots = new HashMap<>(); // keys have no equality but their identity
    private final long startNanos = System.nanoTime();
    private @Nullable String query;
    private Principal principal = Principal.ANONYMOUS;
    private @Nullable Action action;
    private @Nullable Resource resource;
    private @Nullable Call call;
    private @Nullable Decision decision;
    private @Nullable String approval;
    private String requestId = LISTENER;
    private ByteBuf body;

    ExplainedExchange(ExplainArguments arguments, String path, Route route, PolicyDecisionPoint policies) {
        this.arguments = arguments;
        this.path = path;
        this.route = route;
        this.policies = policies;
        this.query = arguments.url().getRawQuery();
        this.body = Unpooled.copiedBuffer(arguments.body(), StandardCharsets.UTF_8);
        arguments.headers().forEach(headers::add);
        if (body.isReadable() && !headers.contains("content-type")) {
            headers.set("content-type", "application/json");
        }
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.valueOf(arguments.method());
    }

    @Override
    public String uri() {
        return query == null ? path : path + '?' + query;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void path(String value) {
        path = PathNormalizer.normalize(value);
    }

    /** Nothing is sent, so nothing is too large. */
    @Override
    public boolean bodyLimit(long bytes) {
        return true;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public void query(@Nullable String value) {
        query = value;
    }

    @Override
    public String authority() {
        return arguments.url().getRawAuthority().toLowerCase(Locale.ROOT);
    }

    @Override
    public HttpHeaders requestHeaders() {
        return headers;
    }

    @Override
    public String clientAddress() {
        return SELF;
    }

    @Override
    public String scheme() {
        return arguments.url().getScheme();
    }

    @Override
    public @Nullable ClientCertificate clientCertificate() {
        return null;
    }

    @Override
    public String listener() {
        return LISTENER;
    }

    @Override
    public String tenant() {
        return route.info().tenant();
    }

    @Override
    public RouteInfo route() {
        return route.info();
    }

    @Override
    public String routeName() {
        return route.info().name();
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
        return action == null ? route.plainAction(arguments.method()) : action;
    }

    @Override
    public void action(Action value) {
        action = value;
    }

    @Override
    public Resource resource() {
        return resource == null ? new Resource("path", path, Attributes.NONE) : resource;
    }

    @Override
    public void resource(Resource value) {
        resource = value;
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
        return policies;
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
    public boolean resumed() {
        return false;
    }

    @Override
    public long startNanos() {
        return startNanos;
    }

    @Override
    public Presenter presenter() {
        return route.presenter();
    }

    @Override
    @SuppressWarnings("unchecked") // put() keeps key and value of one type together
    public <T> @Nullable T get(Key<T> key) {
        return (T) slots.get(key);
    }

    @Override
    public <T> void put(Key<T> key, T value) {
        slots.put(key, value);
    }

    @Override
    public EventExecutor loop() {
        return ImmediateEventExecutor.INSTANCE;
    }
}
