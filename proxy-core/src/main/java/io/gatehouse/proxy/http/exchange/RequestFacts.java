package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.message.RequestHead;
import io.gatehouse.proxy.route.PathNormalizer;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/** What the connection knows of a request before its route is found. Not SPI. */
public record RequestFacts(
        EventExecutor loop,
        String listener,
        long startNanos,
        RequestHead head,
        String path,
        @Nullable String query) {
    /**
     * The facts of a request that has just come.
     *
     * @throws MalformedException where its path or the announced length of its body is refused
     */
    public static RequestFacts of(EventExecutor loop, ListenerConfig listener, RequestHead head) {
        if (head.contentLength > listener.limits().body().bytes()) {
            throw MalformedException.of(Denial.BODY_TOO_LARGE);
        }
        int mark = head.target.indexOf('?');
        var rawPath = mark < 0 ? head.target : head.target.substring(0, mark);
        return new RequestFacts(
                loop,
                listener.name(),
                System.nanoTime(),
                head,
                normalized(rawPath),
                mark < 0 ? null : head.target.substring(mark + 1));
    }

    private static String normalized(String path) {
        try {
            return PathNormalizer.normalize(path);
        } catch (IllegalArgumentException refused) {
            throw MalformedException.badRequest(String.valueOf(refused.getMessage()));
        }
    }
}
