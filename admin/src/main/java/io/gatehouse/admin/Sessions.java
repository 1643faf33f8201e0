package io.gatehouse.admin;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Optional;

/** The signed-in pages of this process: bounded in number and lifetime, gone with the process. */
final class Sessions {
    private static final int SECRET_BYTES = 32;

    private final InstantSource clock;
    private final Tokens tokens;
    private final int capacity;
    private final Duration lifetime;
    private final SecureRandom random = new SecureRandom();
    /** By the hash of the id, oldest first: whoever reads this memory's keys cannot sign in with them. */
    private final LinkedHashMap<String, Session> byIdHash = new LinkedHashMap<>();

    Sessions(InstantSource clock, Tokens tokens, AdminSettings.Limits limits) {
        this.clock = clock;
        this.tokens = tokens;
        this.capacity = limits.sessions();
        this.lifetime = limits.sessionLifetime();
    }

    /** Opens a session under a fresh id; the oldest makes room where there are too many. */
    synchronized Opened open(AdminToken token) {
        byIdHash.values().removeIf(session -> !alive(session));
        while (byIdHash.size() >= capacity) {
            byIdHash.pollFirstEntry();
        }
        String id = secret();
        var session = new Session(token, secret(), clock.millis() + lifetime.toMillis());
        byIdHash.put(Digests.sha256Hex(id), session);
        return new Opened(id, session);
    }

    synchronized Optional<Session> find(String id) {
        return Optional.ofNullable(byIdHash.get(Digests.sha256Hex(id))).filter(this::alive);
    }

    synchronized void close(String id) {
        byIdHash.remove(Digests.sha256Hex(id));
    }

    private boolean alive(Session session) {
        return session.expiresAt() > clock.millis() && tokens.contains(session.token());
    }

    private String secret() {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * A session just opened.
     *
     * @param id goes into the cookie and is kept nowhere
     */
    record Opened(String id, Session session) {}
}
