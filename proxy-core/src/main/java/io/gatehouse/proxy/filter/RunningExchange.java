package io.gatehouse.proxy.filter;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the runner needs of an exchange, besides what filters see. Implemented by the data plane. */
public interface RunningExchange extends Exchange {
    /** How many filters of the chain have been entered. */
    int entered();

    void entered(int count);

    /**
     * Reads the whole body, bounded.
     *
     * @return {@code null} where it is there already; else completes on the event loop with {@link Verdict#NEXT}, or with the
     *     denial of a body that is too large or broken
     */
    @Nullable
    Mono<Verdict.Settled> bufferBody();

    /** Says what the filter that runs next may do with the body. */
    void bodyUse(BodyUse use);
}
