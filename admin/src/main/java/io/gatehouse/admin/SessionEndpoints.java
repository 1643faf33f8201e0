package io.gatehouse.admin;

import io.gatehouse.audit.AuditKind;
import io.gatehouse.proxy.filter.LocalResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signing in and out, and who one is. */
final class SessionEndpoints {
    private static final String SIGN_IN = "admin.sign_in";

    private final Tokens tokens;
    private final Sessions sessions;
    private final Failures failures;
    private final Recorder recorder;
    private final InstantSource clock;

    SessionEndpoints(Tokens tokens, Sessions sessions, Failures failures, Recorder recorder, InstantSource clock) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.failures = failures;
        this.recorder = recorder;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/session", Access.OPEN, this::signIn),
                new Route("DELETE", "/v1/session", Access.IDENTIFIED, this::signOut),
                new Route("GET", "/v1/whoami", Access.IDENTIFIED, this::whoAmI));
    }

    record SignIn(String token) {}

    record Opened(Identity identity, String pageKey) {}

    record Identity(
            String id,
            String type,
            String tenant,
            List<String> roles,
            String via,
            @Nullable String expiresAt) {}

    private LocalResponse signIn(Call call) {
        var given = Json.read(call, SignIn.class);
        if (given.token() == null) {
            throw Refusal.invalid("expected a `token`");
        }
        var holder = failures.signIn(call.client().getAddress(), () -> tokens.holder(given.token()));
        if (holder.isEmpty()) {
            recorder.record(call, AuditKind.LIFECYCLE, SIGN_IN, null, "unauthenticated", 401);
            throw Refusal.unauthenticated();
        }
        var token = holder.get();
        recorder.record(call, AuditKind.LIFECYCLE, SIGN_IN, token.principal(), "signed_in", 201);
        // whatever session this browser had ends here, and its id is never taken over
        Gate.sessionId(call.headers(), call.local()).ifPresent(sessions::close);
        var opened = sessions.open(token);
        var answer = Json.answer(
                201,
                new Opened(
                        identity(new Caller(token, opened.id(), opened.session())),
                        opened.session().pageKey()));
        long seconds = (opened.session().expiresAt() - clock.millis()) / 1000;
        answer.headers().set(HttpHeaderNames.SET_COOKIE, cookie(call, opened.id(), seconds));
        return answer;
    }

    private LocalResponse signOut(Call call) {
        var sessionId = call.requireCaller().sessionId();
        if (sessionId == null) {
            throw Refusal.invalid("a token has no session to end");
        }
        sessions.close(sessionId);
        var answer = LocalResponse.of(204);
        answer.headers().set(HttpHeaderNames.SET_COOKIE, cookie(call, "", 0));
        return answer;
    }

    private LocalResponse whoAmI(Call call) {
        return Json.answer(200, identity(call.requireCaller()));
    }

    private static Identity identity(Caller caller) {
        var principal = caller.principal();
        var session = caller.session();
        return new Identity(
                principal.id(),
                principal.type(),
                principal.tenant(),
                principal.roles().stream().sorted().toList(),
                session == null ? "token" : "session",
                session == null
                        ? null
                        : Instant.ofEpochMilli(session.expiresAt()).toString());
    }

    /** Not for clear-text requests once the page was reached over TLS, which a proxy in front of this listener may end. */
    private static String cookie(Call call, String value, long seconds) {
        InetSocketAddress local = call.local();
        boolean tls = call.headers().get(HttpHeaderNames.ORIGIN, "").startsWith("https:");
        return Gate.cookieName(local) + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                + (tls ? "; Secure" : "");
    }
}
