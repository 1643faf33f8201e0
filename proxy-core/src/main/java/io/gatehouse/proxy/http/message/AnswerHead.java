package io.gatehouse.proxy.http.message;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.gatehouse.proxy.filter.BodyTransform;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.ResponseHead;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer's head, from a target or from the gateway itself. */
public final class AnswerHead extends MessageHead implements ResponseHead {
    private static final int RESET_CONTENT = 205;

    public int status;
    public boolean fromTarget = true;
    private @Nullable BodyTransform transform;

    @Override
    public void reset() {
        super.reset();
        transform = null;
    }

    /** The head of an answer that the gateway gives; what frames a message is not taken over. */
    public static AnswerHead of(LocalResponse response) {
        var head = new AnswerHead();
        head.reset();
        head.status = response.status();
        head.fromTarget = false;
        head.contentLength = response.stream() == null ? response.bytes().length : -1;
        for (var field : response.headers()) {
            var name = field.getKey();
            var known = HeaderName.find(name);
            if (known == null
                    || known.role() == HeaderName.Role.END_TO_END
                    || known.role() == HeaderName.Role.OF_CLIENT) {
                head.headers.add((CharSequence) name, field.getValue());
            }
        }
        return head;
    }

    /**
     * Takes a field of an answer over HTTP/2; the name is lower-case.
     *
     * @throws IllegalArgumentException where it holds a character that is not allowed
     */
    public void field(AsciiString name, String value) {
        int from = name.arrayOffset();
        var known = HeaderName.find(name.array(), from, from + name.length());
        if (known == null) {
            if (!GatewayHeaders.areOursInAnswers(name.array(), from, from + name.length())) {
                headers.addRead(name, value);
            }
            return;
        }
        switch (known.role()) {
            case END_TO_END -> headers.addRead(known.text(), value);
            case CONTENT_LENGTH -> {
                var digits = value.getBytes(StandardCharsets.ISO_8859_1);
                contentLength(digits, 0, digits.length);
            }
            case DROPPED, OF_CLIENT, HOST, EXPECT, TE, FORWARDED -> {}
            case TRANSFER_ENCODING, CONNECTION, UPGRADE ->
                throw badRequest("a header field belongs to HTTP/1.1 connections");
        }
    }

    @Override
    public void host(String value) {
        // means nothing in an answer
    }

    @Override
    public void expect(String value) {
        // means nothing in an answer
    }

    @Override
    public void te(String value) {
        // means nothing in an answer
    }

    @Override
    public void forwarded(AsciiString name, String value) {
        // means nothing in an answer
    }

    /** Whether this is a target's consent to the WebSocket that was asked for with {@code key} (RFC 6455, 4.1). */
    public boolean opensWebSocket(String key) {
        return status == 101
                && upgradesToWebSocket()
                && headers.getAll(WebSocketHandshake.ACCEPT).equals(List.of(WebSocketHandshake.accept(key)));
    }

    /** What a target agreed to over HTTP/2 (RFC 8441, 5), as filters and clients over HTTP/1.1 know it. */
    public void agreesToWebSocket(String key) {
        status = 101;
        contentLength = -1;
        headers.set((CharSequence) WebSocketHandshake.ACCEPT, WebSocketHandshake.accept(key));
    }

    /** Whether an answer of this status to this method has no body, whatever its fields say (RFC 9110, 6.4.1). */
    public boolean isBodiless(HttpMethod method) {
        return method.equals(HttpMethod.HEAD) || status == 204 || status == RESET_CONTENT || status == 304;
    }

    /** Says of an answer that may have no content that it has none, where its framing could say otherwise (RFC 9110, 15.3.6). */
    public void announceNoContent() {
        if (status == RESET_CONTENT) {
            contentLength = 0;
            chunked = false;
        }
    }

    /**
     * Whether it says that content follows, or as a 205 does not say that none does. Where none may, whoever sends it would have it taken
     * for the next answer.
     */
    public boolean announcesContent() {
        return contentLength > 0 || chunked || (status == RESET_CONTENT && contentLength < 0);
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public void status(int value) {
        status = value;
    }

    @Override
    public HttpHeaders headers() {
        return headers;
    }

    @Override
    public boolean fromTarget() {
        return fromTarget;
    }

    @Override
    public long contentLength() {
        return contentLength;
    }

    @Override
    public void transformBody(BodyTransform next) {
        transform = transform == null ? next : transform.then(next);
        contentLength = -1;
    }

    /** Hands over what the body passes through, to be closed by whoever asks. */
    public @Nullable BodyTransform takeTransform() {
        var taken = transform;
        transform = null;
        return taken;
    }
}
