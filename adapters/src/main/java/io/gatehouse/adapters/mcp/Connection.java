package io.gatehouse.adapters.mcp;

import org.jspecify.annotations.Nullable;

/** How the gateway stands with the server. Given up, and made anew, once the server no longer knows it. */
final class Connection {
    private final String version;
    private final @Nullable String session;
    private final @Nullable String instructions;
    private volatile boolean stale;

    /**
     * @param version that both speak
     * @param session the server's id of it, in the legacy era where the server gives one
     * @param instructions of the server to models
     */
    Connection(String version, @Nullable String session, @Nullable String instructions) {
        this.version = version;
        this.session = session;
        this.instructions = instructions;
    }

    boolean modern() {
        return Versions.modern(version);
    }

    String version() {
        return version;
    }

    @Nullable
    String session() {
        return session;
    }

    @Nullable
    String instructions() {
        return instructions;
    }

    boolean stale() {
        return stale;
    }

    void giveUp() {
        stale = true;
    }
}
