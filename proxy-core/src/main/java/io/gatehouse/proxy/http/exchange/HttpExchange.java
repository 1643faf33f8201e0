package io.gatehouse.proxy.http.exchange;

import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.policy.Principal;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.Call;
import io.gatehouse.proxy.filter.ClientCertificate;
import io.gatehouse.proxy.filter.GrpcPresenter;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.Presenter;
import io.gatehouse.proxy.filter.ProblemPresenter;
import io.gatehouse.proxy.filter.RequestContext;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.filter.RunningExchange;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.origin.RequestOrigin;
import io.gatehouse.proxy.route.PathNormalizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.EventExecutor;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The facts of one request. What happens with it is its {@link RequestCycle}'s business. */
final class HttpExchange implements RunningExchange {
    static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final ByteBuf NO_BODY = Unpooled.EMPTY_BUFFER;

    private final Attributes context = new RequestContext(this);

    private final RequestCycle cycle;
    private final EventExecutor loop;
    private final String listener;
    private final RequestOrigin origin;
    private final long startNanos;
    private final HttpMethod method;
    private String uri;
    private String path;
    private @Nullable String query;
    private final String authority;
    private Snapshot snapshot;
    private Route route;
    private FlatHeaders headers;
    private @Nullable FlatHeaders originalHeaders;
    private final String originalUri;
    private final String originalPath;
    private final @Nullable String originalQuery;
    private ByteBuf body = NO_BODY;
    private @Nullable ByteBuf originalBody;
    private BodyUse bodyUse = BodyUse.NONE;
    private Principal principal = Principal.ANONYMOUS;
    private @Nullable Action action;
    private @Nullable Resource resource;
    private @Nullable Resource pathResource;
    private @Nullable Call call;
    private @Nullable Decision decision;
    private @Nullable String approval;
    private String requestId = "";
    private boolean resumed;
    private int entered;
    private Object @Nullable [] slots;

    HttpExchange(RequestCycle cycle, RequestFacts facts, RequestOrigin origin, Snapshot snapshot, Route route) {
        this.cycle = cycle;
        this.loop = facts.loop();
        this.listener = facts.listener();
        this.origin = origin;
        this.startNanos = facts.startNanos();
        this.method = facts.head().method;
        this.uri = facts.head().target;
        this.headers = facts.head().headers;
        this.authority = facts.head().authority;
        this.path = facts.path();
        this.query = facts.query();
        this.originalUri = uri;
        this.originalPath = path;
        this.originalQuery = query;
        this.snapshot = snapshot;
        this.route = route;
        if (facts.head().webSocket) {
            headers.append(UPGRADE, WEBSOCKET); // as filters, policies and approvals see it, over HTTP/2 too
        }
        if (route.chain().mayPark()) {
            originalHeaders = headers.copy();
        }
    }

    Route compiledRoute() {
        return route;
    }

    FlatHeaders flatHeaders() {
        return headers;
    }

    RequestOrigin origin() {
        return origin;
    }

    ByteBuf bufferedBody() {
        return body;
    }

    /** Keeps what was read; ownership passes here. */
    void buffered(ByteBuf whole) {
        body = whole;
    }

    /** Makes the request what it was when it came, to be judged once more on the snapshot of now. */
    void resume(Snapshot current, Route currentRoute) {
        snapshot = current;
        route = currentRoute;
        resumed = true;
        entered = 0;
        principal = Principal.ANONYMOUS;
        action = null;
        resource = null;
        call = null;
        decision = null;
        approval = null;
        uri = originalUri;
        path = originalPath;
        pathResource = null;
        query = originalQuery;
        if (originalHeaders != null) {
            headers = originalHeaders.copy();
        }
        if (originalBody != null) {
            body.release();
            body = originalBody;
            originalBody = null;
        }
    }

    void releaseBodies() {
        body.release();
        body = NO_BODY;
        if (originalBody != null) {
            originalBody.release();
            originalBody = null;
        }
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
        return path;
    }

    @Override
    public void path(String value) {
        if (!value.startsWith("/")) {
            throw new IllegalArgumentException("the path does not begin with a slash");
        }
        path = PathNormalizer.normalize(value);
        pathResource = null;
        query(query);
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public void query(@Nullable String query) {
        this.query = query;
        this.uri = query == null ? path : path + '?' + query;
    }

    @Override
    public String authority() {
        return authority;
    }

    @Override
    public HttpHeaders requestHeaders() {
        return headers;
    }

    @Override
    public String clientAddress() {
        return origin.address();
    }

    @Override
    public String scheme() {
        return origin.isSecure() ? "https" : "http";
    }

    @Override
    public @Nullable ClientCertificate clientCertificate() {
        return cycle.client().origin().certificate();
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public String tenant() {
        return route.info().tenant();
    }

    @Override
    public @Nullable String target() {
        var asked = cycle.targetPool();
        return asked == null ? null : asked.endpoint().target().name();
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
        var set = action;
        return set == null ? route.plainAction(method.name()) : set;
    }

    @Override
    public void action(Action value) {
        action = value;
    }

    @Override
    public Resource resource() {
        var set = resource == null ? pathResource : resource;
        if (set == null) {
            set = new Resource("path", path, Attributes.NONE);
            pathResource = set;
        }
        return set;
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
        if (requestId.isEmpty()) {
            requestId = FallbackIds.next();
        }
        return requestId;
    }

    @Override
    public void requestId(String id) {
        requestId = id;
    }

    @Override
    public PolicyDecisionPoint policies() {
        return snapshot.policies();
    }

    @Override
    public ByteBuf body() {
        if (bodyUse != BodyUse.READ && bodyUse != BodyUse.REWRITE) {
            throw new IllegalStateException("the filter did not declare that it reads the body");
        }
        return body;
    }

    @Override
    public void body(ByteBuf replacement) {
        if (bodyUse != BodyUse.REWRITE) {
            throw new IllegalStateException("the filter did not declare that it rewrites the body");
        }
        if (originalBody == null && route.chain().mayPark()) {
            originalBody = body;
        } else {
            body.release();
        }
        body = replacement;
    }

    @Override
    public boolean bodyLimit(long bytes) {
        return cycle.body().limit(bytes);
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
        var usual = route.presenter();
        return usual instanceof ProblemPresenter && mayLeadToGrpc() && isGrpc() ? GrpcPresenter.INSTANCE : usual;
    }

    /** What the gateway itself serves is no gRPC. */
    private boolean mayLeadToGrpc() {
        return route.target() instanceof Target.ToUpstream;
    }

    /** Whether this is a call of gRPC, which comes over HTTP/2 alone. */
    boolean isGrpc() {
        if (!cycle.client().isOverHttp2()) {
            return false;
        }
        var type = headers.get(HttpHeaderNames.CONTENT_TYPE);
        return type != null && GrpcPresenter.isCall(type);
    }

    @Override
    @SuppressWarnings("unchecked") // put() keeps key and value of one type together
    public <T> @Nullable T get(Key<T> key) {
        var current = slots;
        if (current != null) {
            for (int i = 0; i < current.length; i += 2) {
                if (current[i] == key) {
                    return (T) current[i + 1];
                }
            }
        }
        return null;
    }

    @Override
    public <T> void put(Key<T> key, T value) {
        Objects.requireNonNull(value);
        var current = slots == null ? new Object[8] : slots;
        for (int i = 0; i < current.length; i += 2) {
            if (current[i] == key || current[i] == null) {
                current[i] = key;
                current[i + 1] = value;
                slots = current;
                return;
            }
        }
        slots = Arrays.copyOf(current, current.length * 2);
        slots[current.length] = key;
        slots[current.length + 1] = value;
    }

    @Override
    public EventExecutor loop() {
        return loop;
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
        return cycle.body().keepWhole();
    }

    @Override
    public void bodyUse(BodyUse use) {
        bodyUse = use;
    }
}
