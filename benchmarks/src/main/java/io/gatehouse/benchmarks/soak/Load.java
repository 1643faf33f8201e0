package io.gatehouse.benchmarks.soak;

import java.util.random.RandomGenerator;

/**
 * What every client shares.
 *
 * @param port of the listener in clear text
 * @param tlsPort of the one with TLS
 * @param key the header that authenticates, {@code Name: value}
 */
record Load(int port, int tlsPort, String key, Tally tally, Phase phase) {
    private static final int COMMON_SIZE = 20_000;
    private static final int LARGE_SIZE = 2_000_000;

    /**
     * One request.
     *
     * @param http2 whether it is for the target that speaks HTTP/2
     */
    record Ask(Kind kind, int size, int seed, boolean http2) {
        String path() {
            return kind.path(size, seed, http2);
        }

        byte[] body() {
            return Body.of(seed, size);
        }
    }

    static Ask any(RandomGenerator random) {
        // the faults that make a client wait are rarer
        var kinds = Kind.values();
        var kind = kinds[random.nextInt(kinds.length)];
        if (kind == Kind.HANG && random.nextInt(4) > 0) {
            kind = Kind.PLAIN;
        }
        return of(kind, random);
    }

    static Ask of(Kind kind, RandomGenerator random) {
        int size = random.nextInt(20) == 0 ? random.nextInt(LARGE_SIZE) : random.nextInt(COMMON_SIZE);
        return new Ask(kind, kind == Kind.EMPTY ? 0 : size, random.nextInt(1 << 20), random.nextBoolean());
    }

    /** Judges a whole answer to what was asked at {@code asked}, as {@link Phase#now} tells. */
    void judge(Ask ask, int asked, int status, byte[] body) {
        tally.count("answers " + status);
        if (!ask.kind().allows(status)) {
            if (phase.wasCalmSince(asked)) {
                tally.fault("%s was answered with %d".formatted(ask.path(), status));
            }
        } else if (ask.kind().breaksBody() && status == 200) {
            tally.fault("%s: a broken body came as if it were whole".formatted(ask.path()));
        } else if (status == 200 && (body.length != ask.size() || !Body.begins(ask.seed(), body))) {
            tally.fault("%s: another body, %d bytes".formatted(ask.path(), body.length));
        }
    }

    /** Judges an answer whose body ended early. */
    void judgeCut(Ask ask, int asked, byte[] body) {
        tally.count("answers cut");
        if (!Body.begins(ask.seed(), body)) {
            tally.fault("%s: another body".formatted(ask.path()));
        } else if (!ask.kind().mayBreakBody() && phase.wasCalmSince(asked)) {
            tally.fault("%s: cut after %d of %d bytes".formatted(ask.path(), body.length, ask.size()));
        }
    }
}
