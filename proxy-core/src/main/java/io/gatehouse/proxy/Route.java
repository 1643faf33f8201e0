package io.gatehouse.proxy;

import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.proxy.filter.DecisionLog;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.Presenter;
import io.gatehouse.proxy.filter.ProblemPresenter;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.http.target.Upstream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A compiled route: what guards it, where it leads, and where its decisions are committed. */
public final class Route {
    private static final int MAX_ACTIONS = 64;

    private final RouteInfo info;
    private final FilterChain chain;
    private final Target target;
    private final @Nullable DecisionLog decisionLog;
    private final @Nullable Mirror mirror;
    private final Attributes actionAttributes;
    private final Map<String, Action> actions = new ConcurrentHashMap<>();

    /**
     * Composes a route.
     *
     * @param risk 0-100, what plain requests carry as {@code action.risk}
     * @param decisionLog {@code null} where nothing on this route decides
     */
    public Route(RouteInfo info, FilterChain chain, Target target, int risk, @Nullable DecisionLog decisionLog) {
        this(info, chain, target, risk, decisionLog, null);
    }

    /**
     * Composes a route.
     *
     * @param risk 0-100, what plain requests carry as {@code action.risk}
     * @param decisionLog {@code null} where nothing on this route decides
     * @param mirror where copies of requests go, or {@code null}
     */
    public Route(
            RouteInfo info,
            FilterChain chain,
            Target target,
            int risk,
            @Nullable DecisionLog decisionLog,
            @Nullable Mirror mirror) {
        this.info = info;
        this.chain = chain;
        this.target = target;
        this.decisionLog = decisionLog;
        this.mirror = mirror;
        this.actionAttributes = Attributes.of(Map.of("risk", (long) risk));
    }

    public RouteInfo info() {
        return info;
    }

    public FilterChain chain() {
        return chain;
    }

    public Target target() {
        return target;
    }

    public @Nullable DecisionLog decisionLog() {
        return decisionLog;
    }

    public @Nullable Mirror mirror() {
        return mirror;
    }

    /**
     * Where copies of requests go.
     *
     * @param share how many of them, between 0 and 1
     */
    public record Mirror(Upstream to, double share) {}

    public Presenter presenter() {
        return target instanceof Target.ToEngine(var engine) ? engine.presenter() : ProblemPresenter.INSTANCE;
    }

    /** The action of a plain request: made once for each method. */
    public Action plainAction(String method) {
        var known = actions.get(method);
        if (known != null) {
            return known;
        }
        var action = new Action("http", method, actionAttributes);
        if (actions.size() < MAX_ACTIONS) {
            actions.put(method, action);
        }
        return action;
    }
}
