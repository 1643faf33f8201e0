package io.gatehouse.proxy.filter;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * Hears of requests that end before a route's filters see them: no route takes them, or they are refused as soon as their head is
 * read. Called on event loops; never blocks.
 */
@FunctionalInterface
public interface EarlyEnds {
    /** Where nobody listens. */
    EarlyEnds UNHEARD = (request, outcome) -> {};

    void ended(Early request, Outcome outcome);

    /**
     * What is known of such a request.
     *
     * @param path normalised, or {@code null} where that is what it was refused for, or was not looked at
     * @param requestId empty where it was given none
     * @param startNanos {@link System#nanoTime} when its head was complete
     */
    record Early(
            HttpMethod method,
            String authority,
            @Nullable String path,
            HttpHeaders headers,
            String listener,
            String requestId,
            long startNanos) {
        /** Of a request whose filters saw nothing of it. */
        public static Early of(Exchange exchange) {
            return new Early(
                    exchange.method(),
                    exchange.authority(),
                    exchange.path(),
                    exchange.requestHeaders(),
                    exchange.listener(),
                    exchange.requestId(),
                    exchange.startNanos());
        }
    }
}
