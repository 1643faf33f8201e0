package io.gatehouse.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * An answer that the gateway gives by itself. Exactly one of the bodies is used: a publisher where given, else the bytes.
 * The runner writes {@code Content-Length} for bytes and chunks for a publisher, subscribes to it once with back-pressure,
 * releases its buffers, and cancels it when the client leaves.
 *
 * @param status HTTP status
 * @param headers owned by this response
 * @param bytes the body; empty array for none
 * @param stream a body of unknown length, each buffer flushed as it comes (server-sent events), or {@code null}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying a body to compare it would cost the hot path
public record LocalResponse(
        int status,
        HttpHeaders headers,
        byte[] bytes,
        @Nullable Publisher<? extends ByteBuf> stream) {
    private static final byte[] NO_BYTES = new byte[0];

    public static LocalResponse of(int status) {
        return new LocalResponse(status, new DefaultHttpHeaders(), NO_BYTES, null);
    }

    public static LocalResponse of(int status, String contentType, byte[] bytes) {
        var headers = new DefaultHttpHeaders();
        headers.set("content-type", contentType);
        return new LocalResponse(status, headers, bytes, null);
    }

    public static LocalResponse of(int status, String contentType, String text) {
        return of(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    public static LocalResponse stream(int status, String contentType, Publisher<? extends ByteBuf> stream) {
        var headers = new DefaultHttpHeaders();
        headers.set("content-type", contentType);
        return new LocalResponse(status, headers, NO_BYTES, stream);
    }

    public Verdict.Answer answer() {
        return new Verdict.Answer(this);
    }
}
