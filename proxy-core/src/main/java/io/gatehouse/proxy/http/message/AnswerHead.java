package io.gatehouse.proxy.http.message;

import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.ResponseHead;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.util.List;

/** An answer's head, from a target or from the gateway itself. */
public final class AnswerHead extends MessageHead implements ResponseHead {
    public int status;
    public boolean fromTarget = true;

    /** The head of an answer that the gateway gives; what frames a message is not taken over. */
    public static AnswerHead of(LocalResponse response) {
        var head = new AnswerHead();
        head.reset();
        head.status = response.status();
        head.fromTarget = false;
        for (var field : response.headers()) {
            var name = field.getKey();
            var known = HeaderName.find(name);
            if (known == null || known.role() == HeaderName.Role.END_TO_END) {
                head.headers.add((CharSequence) name, field.getValue());
            }
        }
        return head;
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

    /** Whether an answer of this status to this method has no body, whatever its fields say (RFC 9110, 6.4.1). */
    public boolean isBodiless(HttpMethod method) {
        return method.equals(HttpMethod.HEAD) || status == 204 || status == 304;
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
}
