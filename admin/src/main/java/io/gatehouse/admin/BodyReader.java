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
        boolean announced = headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || !headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
        if (!announced) {
            return Mono.just(new byte[0]);
        }
        if (!route.method().equals("POST")) {
            return Mono.error(Refusal.invalid("this takes no body"));
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
