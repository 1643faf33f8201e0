package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.Route;
import io.gatehouse.proxy.Snapshot;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Outcome;
import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.RequestHead;
import io.gatehouse.proxy.http.target.TargetPool;
import io.gatehouse.proxy.route.RouteTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * What happens with one request, from its head to its end: filters, decision log, target, answer. Lives on its connection's
 * event loop; whatever happens, it ends exactly once. Not SPI.
 */
public final class RequestCycle {
    static final AsciiString DATE = AsciiString.cached("date");
    private final ClientSide client;
    private final RequestFacts facts;
    private final HttpExchange exchange;
    /** What the trusted proxies say of the client does not fit together. */
    private final boolean contradicted;

    private final RequestBody body;
    private final WaitClock clock = new WaitClock();
    private final PendingStep pending;
    private final Judgement judgement;
    private final AnswerBody answerBody;
    /** The upstream that serves this request, as soon as it is asked. */
    private @Nullable TargetSide target;
    /** What found the target among those of an upstream. */
    private @Nullable UpstreamRelay relay;

    private @Nullable LocalStream stream;
    /** The request was refused while a step was still at work; what that step finds is of no interest any more. */
    private boolean refused;

    private boolean answered;
    private boolean ended;
    private int status;
    private int upstreamStatus;
    private boolean forwarded;

    public RequestCycle(ClientSide client, RequestFacts facts) {
        this.client = client;
        this.facts = facts;
        var snapshot = client.plane().snapshot();
        var judged = client.origin().of(facts.head());
        this.contradicted = judged == null;
        var origin = judged == null ? client.origin().direct() : judged;
        this.exchange = new HttpExchange(this, facts, origin, snapshot, route(snapshot));
        this.pending = new PendingStep(this);
        this.judgement = new Judgement(this, pending);
        this.body = new RequestBody(this, client, facts.head());
        this.answerBody = new AnswerBody(this, client);
    }

    private Route route(Snapshot snapshot) {
        var match = new RouteTable.Match<Route>();
        var head = facts.head();
        var table = facts.path().startsWith(Snapshot.RESERVED) ? snapshot.reserved() : snapshot.routes();
        table.find(head.hostName(), facts.path(), head.method.name(), match);
        var found = match.route();
        return found != null ? found : match.otherMethod() ? FallbackRoutes.OTHER_METHOD : FallbackRoutes.NONE;
    }

    ClientSide client() {
        return client;
    }

    RequestHead requestHead() {
        return facts.head();
    }

    HttpExchange exchange() {
        return exchange;
    }

    /** The target that was asked last, or {@code null} where none was. */
    @Nullable
    TargetPool targetPool() {
        return relay == null ? null : relay.target();
    }

    // ---- judging

    public void begin() {
        if (contradicted) {
            judgement.deny(Denials.CONTRADICTED);
        } else {
            judgement.begin();
        }
    }

    /** The request is judged again, on the snapshot of now. */
    void resume() {
        var now = client.plane().snapshot();
        exchange.resume(now, route(now));
    }

    // ---- the target

    void forward() {
        switch (exchange.compiledRoute().target()) {
            case Target.ToUpstream(var upstream) -> {
                var started = new UpstreamRelay(this, upstream, MirrorCopy.of(exchange, client));
                target = started;
                relay = started;
                started.start();
            }
            case Target.ToEngine(var engine) -> new LocalCall(this, pending).engine(engine.invoke(exchange));
            case Target.ToService(var service) -> new LocalCall(this, pending).service(service.serve(exchange));
        }
    }

    /** The target gave no whole answer. */
    void targetFailed(Denial denial) {
        if (ended) {
            return;
        }
        if (answered) {
            client.abort();
            end(Outcome.Cause.FAILED, denial.code(), denial.detail());
        } else {
            answer(exchange.presenter().denied(exchange, denial), Outcome.Cause.FAILED, denial.code());
        }
    }

    void forwarded(boolean value) {
        forwarded = value;
    }

    void targetAnswered(int targetStatus) {
        upstreamStatus = targetStatus;
    }

    // ---- the request's body

    /** Whether nothing that filters find can change what becomes of the request. */
    boolean isSettled() {
        return ended || answered || refused;
    }

    /** Whether there is nothing left to answer. */
    boolean isAnswered() {
        return ended || answered;
    }

    /** Whether an answer of the gateway's own is on its way, to which the rest of the body means nothing. */
    public boolean answersByItself() {
        return stream != null;
    }

    RequestBody body() {
        return body;
    }

    public boolean wantsBody() {
        var current = target;
        return !ended && (body.isKept() || (current != null && current.wantsBody()));
    }

    /** Takes ownership of the piece. */
    public void onBody(ByteBuf piece, boolean last) {
        if (!answerWaitsForClient()) {
            clock.touch();
        }
        var wrong = body.take(piece, last, target);
        if (wrong != null) {
            onMalformedBody(wrong);
        }
    }

    /** A client that sends on but takes no answer moves nothing. Over a tunnel each direction stands for itself. */
    private boolean answerWaitsForClient() {
        return answered && !(target instanceof Tunnel) && !client.isWritable();
    }

    /** The rest of the body cannot be read. */
    public void onMalformedBody(Denial denial) {
        if (ended) {
            return;
        }
        refused = true;
        body.drop(); // and takes no more: what is refused is refused once
        if (target != null) {
            target.cancel();
        }
        if (answered) {
            abandonTarget();
            client.abort();
            end(Outcome.Cause.DENIED, denial.code(), denial.detail());
        } else {
            pending.dispose();
            judgement.deny(denial);
        }
    }

    // ---- the answer

    void answer(LocalResponse response, Outcome.Cause cause, String code) {
        if (ended || answered) {
            return;
        }
        answered = true;
        clock.stop();
        var head = AnswerHead.of(response);
        if (filtersSee(head)) {
            write(response, head, cause, code);
        } else {
            answerFailed();
        }
    }

    /** Answers that something went wrong inside. No filter sees it: one of them may be what went wrong. */
    private void answerFailed() {
        answered = true;
        clock.stop();
        var denial = FilterChain.FAILED.denial();
        var response = exchange.presenter().denied(exchange, denial);
        write(response, AnswerHead.of(response), Outcome.Cause.FAILED, denial.code());
    }

    private void write(LocalResponse response, AnswerHead head, Outcome.Cause cause, String code) {
        head.headers.set(DATE, client.state().date());
        head.announceNoContent();
        boolean bodiless = head.isBodiless(exchange.method());
        status = head.status;
        client.writeHead(head, bodiless);
        answerBody.begins(head, bodiless);
        var publisher = response.stream();
        if (publisher != null && !bodiless) {
            client.flush();
            var started = new LocalStream(this, cause, code);
            stream = started;
            publisher.subscribe(started);
            return;
        }
        if (!bodiless) {
            answerBody.continues(Unpooled.wrappedBuffer(response.bytes()));
        }
        if (!ended && answerBody.ends(null)) {
            client.flushSoon();
            end(cause, code, null);
        }
    }

    /** Lets the filters see the head. Answers false where one of them failed. */
    private boolean filtersSee(AnswerHead head) {
        try {
            exchange.compiledRoute().chain().onResponse(exchange, head);
            return true;
        } catch (Throwable failure) {
            answerBody.begins(head, true);
            client.plane().unexpected(failure);
            return false;
        }
    }

    /** The target says something before its answer. */
    void relayInterim(AnswerHead head) {
        client.writeInterim(head);
        client.flush();
    }

    /** The target's head has come. Answers whether the relay may go on. */
    boolean relayBegins(AnswerHead head) {
        if (!filtersLetBegin(head)) {
            return false;
        }
        head.announceNoContent();
        boolean bodiless = head.isBodiless(exchange.method());
        client.writeHead(head, bodiless);
        answerBody.begins(head, bodiless);
        return true;
    }

    /** The target has agreed to a tunnel. Answers whether it may begin. */
    boolean tunnelBegins(AnswerHead head, Tunnel tunnel) {
        if (!filtersLetBegin(head)) {
            return false;
        }
        answerBody.begins(head, true); // what passes a tunnel is no body
        target = tunnel;
        body.unlimited();
        client.beginTunnel(head);
        client.flush();
        return true;
    }

    private boolean filtersLetBegin(AnswerHead head) {
        upstreamStatus = head.status;
        if (!filtersSee(head)) {
            answerFailed();
            return false;
        }
        answered = true;
        status = head.status;
        return true;
    }

    void relayContinues(ByteBuf piece) {
        answerBody.continues(piece);
    }

    void relayEnds(@Nullable FlatHeaders trailers) {
        answerEnds(Outcome.Cause.SERVED, "served", trailers);
    }

    /** Nothing more of the answer is there for now. */
    void answerPauses() {
        if (!ended) {
            answerBody.pauses();
        }
    }

    void answerEnds(Outcome.Cause cause, String code, @Nullable FlatHeaders trailers) {
        if (answerBody.ends(trailers)) {
            client.flush();
            end(cause, code, null);
        }
    }

    /** What a filter makes of the body cannot go on. */
    void answerBreaks(Throwable failure) {
        client.plane().unexpected(failure);
        abandonTarget();
        client.abort();
        end(Outcome.Cause.FAILED, FilterChain.FAILED.denial().code(), "a filter failed amid the answer");
    }

    void tunnelEnds() {
        end(Outcome.Cause.SERVED, "served", null);
    }

    WaitClock clock() {
        return clock;
    }

    // ---- events of the connection

    /** Does {@code step}; whatever it throws ends this request and nothing else. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) {
            breaks(failure);
        }
    }

    /** As a {@link #guarded} step, without an object for each read. */
    public void onReadComplete() {
        try {
            if (target != null) {
                target.flushRequest();
            }
        } catch (Throwable failure) {
            breaks(failure);
        }
    }

    public void onClientWritable() {
        guarded(() -> {
            if (target != null) {
                target.onClientWritable();
            }
            if (stream != null) {
                stream.onClientWritable();
            }
        });
    }

    public void onClientGone() {
        guarded(() -> {
            if (!ended) {
                abandonTarget();
                end(Outcome.Cause.CANCELLED, "client_cancelled", null);
            }
        });
    }

    /** The clock of the event loop. */
    public void onTick() {
        guarded(this::tick);
    }

    private void tick() {
        var late = clock.tick();
        boolean slow = !answered && wantsBody() && !isCallUnderway() && body.tickIsTooLate();
        var reason = slow ? WaitClock.Reason.BODY : late;
        if (reason == null || ended) {
            return;
        }
        switch (reason) {
            case BODY -> onMalformedBody(Denials.BODY_TIMEOUT);
            case ANSWER -> {
                if (wantsBody() && !client.hasReadBody()) {
                    onMalformedBody(Denials.BODY_TIMEOUT); // the target cannot answer what it does not have
                    return;
                }
                if (target instanceof UpstreamRelay relay) {
                    relay.timedOut();
                }
                abandonTarget();
                targetFailed(Denials.TARGET_TIMEOUT);
            }
            case RELAY -> {
                abandonTarget();
                client.abort();
                end(Outcome.Cause.FAILED, Denials.TARGET_TIMEOUT.code(), "nothing moved for too long");
            }
        }
    }

    /** The messages of a call come when there is something to say. */
    private boolean isCallUnderway() {
        return target instanceof UpstreamRelay relay && relay.isOverHttp2() && !body.isKept() && exchange.isGrpc();
    }

    /** Bytes of the request that wait for its target to take them. */
    public long held() {
        return target == null ? 0 : target.unsent();
    }

    private void abandonTarget() {
        pending.dispose();
        if (target != null) {
            target.cancel();
        }
        if (stream != null) {
            stream.cancel();
        }
    }

    // ---- the end

    /** What nobody expected has happened: ends the request, and says so where nothing else was said. */
    public void breaks(Throwable failure) {
        client.plane().unexpected(failure);
        refused = true;
        try {
            if (!ended) {
                body.drop();
                abandonTarget();
            }
            if (!ended && !answered) {
                answerFailed();
                return;
            }
        } catch (Throwable again) {
            client.plane().unexpected(again);
        }
        if (!ended) {
            client.abort();
            end(Outcome.Cause.FAILED, FilterChain.FAILED.denial().code(), "an unexpected failure");
        }
    }

    private Outcome outcome(Outcome.Cause cause, String code, @Nullable String failure) {
        return new Outcome(
                cause,
                code,
                status,
                body.received(),
                answerBody.sent(),
                System.nanoTime() - facts.startNanos(),
                upstreamStatus,
                forwarded,
                failure);
    }

    void end(Outcome.Cause cause, String code, @Nullable String failure) {
        if (ended) {
            return;
        }
        ended = true;
        clock.stop();
        var outcome = outcome(cause, code, failure);
        try {
            answerBody.close();
            report(outcome);
        } catch (Throwable unexpected) {
            client.plane().unexpected(unexpected);
        } finally {
            exchange.releaseBodies();
            body.release();
            client.cycleEnded(facts.startNanos() + outcome.durationNanos());
        }
    }

    private void report(Outcome outcome) {
        var earlier = judgement.earlier();
        boolean early = earlier.isEmpty() && (contradicted || FallbackRoutes.contain(exchange.compiledRoute()));
        new EndReport(exchange, earlier, targetPool(), early).send(client, outcome);
    }
}
