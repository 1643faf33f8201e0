package io.gatehouse.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** Collects a request's body, up to a size and within a time. */
final class BodyReader {
    private final int limit;
    private final Duration patience;

    BodyReader(AdminSettings.Limits limits) {
        this.limit = limits.body().toInt();
        this.patience = limits.bodyTimeout();
    }

    Mono<byte[]> read(HttpServerRequest request, Route route) {
        var headers = request.requestHeaders();
        // the codec has refused lengths that are no numbers
        long length = Long.parseLong(headers.get(HttpHeaderNames.CONTENT_LENGTH, "0"));
        if (length == 0 && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return Mono.just(new byte[0]);
        }
        if (!route.method().equals("POST")) {
            return Mono.error(Refusal.invalid("this takes no body"));
        }
        if (length > limit) {
            return Mono.error(Refusal.bodyTooLarge());
        }
        return request.receive()
                .asByteArray()
                .collect(ByteArrayOutputStream::new, this::add)
                .map(ByteArrayOutputStream::toByteArray)
                .timeout(patience, Mono.error(Refusal.bodyTooSlow()));
    }

    private void add(ByteArrayOutputStream body, byte[] part) {
        if (body.size() + part.length > limit) {
            throw Refusal.bodyTooLarge();
        }
        body.writeBytes(part);
    }
}
