package io.gatehouse.adapters.target;

import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An answer whose head has come.
 *
 * @param content the body, to be subscribed to once; cancelling it closes the connection, and so does leaving it unread for
 *     the engine's time-out
 */
public record Opened(int status, HttpHeaders headers, Flux<byte[]> content) {
    /** The whole answer; fails where its body is larger than {@code limit} bytes. */
    public Mono<Reply> whole(int limit) {
        return content.collect(ByteArrayOutputStream::new, (all, piece) -> {
                    if (all.size() + piece.length > limit) {
                        throw new EngineFailedException("the engine's answer is larger than " + limit + " bytes");
                    }
                    all.writeBytes(piece);
                })
                .map(all -> new Reply(status, headers, all.toByteArray()));
    }
}
