package io.gatehouse.proxy.filter;

import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Decision;
import io.gatehouse.policy.PolicyDecisionPoint;
import io.gatehouse.policy.Principal;
import io.gatehouse.policy.Resource;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Touched on its event loop only, except where a method says otherwise. It is also the question
 * that policies answer: principal, action, resource and context as they stand now.
 */
public interface Exchange extends AccessRequest {
    HttpMethod method();

    /** Request target as the client sent it (origin form), query included. */
    String uri();

    /** Normalised path, that routes were matched on, until a filter replaces it. */
    String path();

    /**
     * Replaces the path of what goes to the target, in {@link #uri} and, until something sets another, in {@link #resource} too.
     * Only before the request is judged: policies judge this path and an approval binds it. The route stays the one that was
     * found for the path that came; a request that is judged again begins with that path.
     *
     * @throws IllegalArgumentException where it cannot be brought into normal form
     */
    void path(String path);

    /** Raw query without {@code ?}, or {@code null}. */
    @Nullable
    String query();

    /** Replaces the query of what goes to the target, in {@link #uri} too; {@code null} for none. The path stays as it is. */
    void query(@Nullable String query);

    /** Host and port as the client named them, lower-case; empty for HTTP/1.0 without Host. */
    String authority();

    /** What goes to the target; as the client sent it until a filter changes it. */
    HttpHeaders requestHeaders();

    /** Address of the client, as the listener's trusted-forwarder rules see it, without port. */
    String clientAddress();

    /** {@code http} or {@code https}: how the client speaks to the gateway, or to the first trusted proxy in front of it. */
    String scheme();

    /**
     * The certificate that the client showed to the listener, read when it is first asked for, or {@code null} where it showed none.
     *
     * @throws IllegalArgumentException where it cannot be read
     */
    @Nullable
    ClientCertificate clientCertificate();

    /** Name of the listener that took the request. */
    String listener();

    String tenant();

    RouteInfo route();

    void principal(Principal principal);

    /** {@code http} and the method, until an engine or a filter says more. */
    void action(Action action);

    /** {@code path} and the normalised path, until an engine or a filter says more. */
    void resource(Resource resource);

    /** What an engine understood, or {@code null} for plain HTTP. */
    @Nullable
    Call call();

    void call(Call call);

    /** What the policies said, or {@code null} before the authorize phase. */
    @Nullable
    Decision decision();

    void decision(Decision decision);

    /** The approval that this request rides on, or {@code null}. Set only once it is consumed. */
    @Nullable
    String approval();

    void approval(String approvalId);

    /** The request's id, given by the gateway unless the {@code request-id} filter trusts the caller's. */
    String requestId();

    void requestId(String id);

    /** The policies of the snapshot that this request is judged on. */
    PolicyDecisionPoint policies();

    /**
     * The whole request body, readable, owned by the runner: retain to keep. Empty where there is none.
     *
     * @throws IllegalStateException where the filter that runs did not declare that it reads the body
     */
    ByteBuf body();

    /** Replaces the body; ownership passes to the runner. Only for filters that declare {@link BodyUse#REWRITE}. */
    void body(ByteBuf replacement);

    /**
     * Takes no larger body than this from now on; never raises the listener's limit or one that was set before. A body that
     * turns out larger while it comes ends the request with 413 {@code body_too_large}.
     *
     * @return whether the body, as far as it is announced or has come, is within the limit
     */
    boolean bodyLimit(long bytes);

    /** The target of an upstream that was asked last, as the configuration names it, or {@code null} where none was. */
    default @Nullable String target() {
        return null;
    }

    /** Whether this request was parked and is now judged again: nonces and limits are not charged twice. */
    boolean resumed();

    /** {@link System#nanoTime} when the request's head was complete. */
    long startNanos();

    /** Shapes denials and waiting answers for this route's target. */
    Presenter presenter();

    <T> @Nullable T get(Key<T> key);

    <T> void put(Key<T> key, T value);

    /** The event loop that owns this exchange. Safe from any thread. */
    EventExecutor loop();

    /** A {@link RequestContext} of this exchange, made once: it is asked for in every decision. */
    @Override
    Attributes context();

    /**
     * Whether nothing that was decided keeps this request from its target: no decision, a permit, or a demand for an approval that
     * it rides on. What answers in the target's place asks this first.
     */
    default boolean mayReachTarget() {
        var decided = decision();
        return decided == null
                || switch (decided.verdict()) {
                    case PERMIT -> true;
                    case DENY -> false;
                    case NEEDS_APPROVAL -> approval() != null;
                };
    }

    /** Elapsed time since {@link #startNanos}. */
    default long elapsed(TimeUnit unit) {
        return unit.convert(System.nanoTime() - startNanos(), TimeUnit.NANOSECONDS);
    }
}
