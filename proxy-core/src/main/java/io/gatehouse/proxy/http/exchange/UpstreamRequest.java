package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.http.message.FieldSink;
import io.gatehouse.proxy.http.message.WebSocketHandshake;
import io.gatehouse.proxy.http.target.OutgoingRequest;
import io.gatehouse.proxy.http.target.Upstream;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** What is asked of a target, made of what the client asked and the filters left of it. */
final class UpstreamRequest implements OutgoingRequest {
    private static final AsciiString GATEHOUSE_APPROVAL = AsciiString.cached("gatehouse-approval");

    private final RequestCycle cycle;
    private final Upstream upstream;
    /** Whether the body goes out as it comes. */
    private boolean streamed;
    /** What the target must answer to where a WebSocket is to be opened. */
    private String webSocketKey = "";

    UpstreamRequest(RequestCycle cycle, Upstream upstream) {
        this.cycle = cycle;
        this.upstream = upstream;
    }

    void prepare(boolean streams, boolean overHttp2) {
        streamed = streams;
        if (opensWebSocket()) {
            setWebSocketKey(overHttp2);
        }
    }

    /** Of a client over HTTP/2 no key is taken: then the gateway makes one. A target over HTTP/2 gets none. */
    private void setWebSocketKey(boolean overHttp2) {
        var headers = cycle.exchange().flatHeaders();
        if (webSocketKey.isEmpty()) {
            var given = headers.get(WebSocketHandshake.KEY);
            webSocketKey = given == null ? WebSocketHandshake.newKey() : given;
        }
        if (overHttp2) {
            headers.remove((CharSequence) WebSocketHandshake.KEY);
        } else {
            headers.set(WebSocketHandshake.KEY, webSocketKey);
        }
    }

    String webSocketKey() {
        return webSocketKey;
    }

    @Override
    public HttpMethod method() {
        return cycle.exchange().method();
    }

    @Override
    public String path() {
        return cycle.exchange().path();
    }

    @Override
    public @Nullable String query() {
        return cycle.exchange().query();
    }

    @Override
    public String host() {
        return upstream.host(cycle.exchange().authority());
    }

    @Override
    public void fields(FieldSink sink) {
        var exchange = cycle.exchange();
        var headers = exchange.flatHeaders();
        headers.remove(GATEHOUSE_APPROVAL);
        if (opensWebSocket()) {
            headers.remove(HttpExchange.UPGRADE);
        }
        sink.fields(headers);
        sink.fields(exchange.origin().fields(exchange.authority()));
    }

    @Override
    public long length() {
        var request = cycle.requestHead();
        if (streamed) {
            return request.contentLength >= 0 ? request.contentLength : UNKNOWN;
        }
        int there = cycle.exchange().bufferedBody().readableBytes();
        return there > 0 || request.contentLength >= 0 || request.chunked ? there : NO_BODY;
    }

    @Override
    public boolean opensWebSocket() {
        return cycle.requestHead().webSocket;
    }

    @Override
    public boolean acceptsTrailers() {
        return cycle.requestHead().acceptsTrailers;
    }
}
