package io.gatehouse.benchmarks.soak;

import java.util.Locale;
import java.util.Set;

/** What the origin does with a request, and what a client may then see. */
enum Kind {
    /** A body with a length. */
    PLAIN(200),
    CHUNKED(200),
    /** Pieces with pauses between them. */
    TRICKLE(200),
    EMPTY(204),
    /** What was sent comes back. */
    ECHO(200),
    /** An early hint, then the answer. */
    HINTED(200),
    /** Answers before it has read the request's body, and closes. */
    EARLY(200),
    /** Ends in the middle of a body with a length. */
    CUT(200, 502),
    /** Ends in the middle of a chunked body. */
    CUT_CHUNK(200, 502),
    /** Ends the connection instead of an answer. */
    SILENT(502),
    /** Resets the connection instead of an answer. */
    RESET(502),
    /** Never answers. */
    HANG(504),
    /** Bytes that are no answer. */
    GARBAGE(502),
    /** An answer with two lengths. */
    TWO_LENGTHS(502);

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<Integer> statuses;

    Kind(Integer... statuses) {
        this.statuses = Set.of(statuses);
    }

    boolean allows(int status) {
        return statuses.contains(status);
    }

    /** Whether the body never comes whole. */
    boolean breaksBody() {
        return this == CUT || this == CUT_CHUNK;
    }

    /** Whether the body may end too early: who closes without reading resets the connection, and what was sent may be lost. */
    boolean mayBreakBody() {
        return breaksBody() || this == EARLY;
    }

    /** Whether the request carries a body. */
    boolean sends() {
        return this == ECHO || this == EARLY;
    }

    /** Whether a good answer comes, so that another request may be sent before it. */
    boolean isHarmless() {
        return this == PLAIN || this == CHUNKED || this == EMPTY;
    }

    /** Whether it takes the whole connection to the target with it, which over HTTP/2 others share. */
    private boolean breaksConnection() {
        return this == RESET || this == GARBAGE;
    }

    /** The path that asks for this kind: {@code /soak/TARGET/KIND/SIZE/SEED}. */
    String path(int size, int seed, boolean http2) {
        var target = !http2 ? "h1" : breaksConnection() ? "h2-frail" : "h2";
        return "/soak/%s/%s/%d/%d".formatted(target, name().toLowerCase(Locale.ROOT), size, seed);
    }
}
