package io.gatehouse.proxy.http.exchange;

import io.gatehouse.proxy.filter.Denial;

/** What the data plane itself says where a request cannot be served. Not SPI. */
public final class Denials {
    static final Denial UNREACHABLE =
            new Denial("upstream_unreachable", 502, "bad gateway", "the target could not be reached; nothing was sent");
    static final Denial TARGET_FAILED =
            new Denial("upstream_failed", 502, "bad gateway", "the target broke off before it had answered");
    static final Denial TARGET_MALFORMED =
            new Denial("upstream_malformed", 502, "bad gateway", "the target's answer breaks the rules of HTTP");
    static final Denial TARGET_TIMEOUT =
            new Denial("upstream_timeout", 504, "gateway timeout", "the target did not answer in time");
    static final Denial UPSTREAM_BUSY = new Denial(
            "upstream_busy",
            503,
            "service unavailable",
            "as many connections to the target are in use as there may be; nothing was sent");
    static final Denial TARGET_TAKES_LESS = new Denial(
            "upstream_headers_too_large",
            431,
            "request header fields too large",
            "the request's fields are larger than the target takes; they were not sent");
    static final Denial NO_WEBSOCKET = new Denial(
            "upstream_without_websocket",
            501,
            "not implemented",
            "the target speaks HTTP/2, and opens no WebSocket over it; nothing was sent");
    public static final Denial OVERLOADED = new Denial(
            "overloaded",
            503,
            "service unavailable",
            "too many large requests are held at this moment; try again later");
    static final Denial BODY_TIMEOUT =
            new Denial("request_timeout", 408, "request timeout", "the request's body did not come in time");

    public static final Denial HEAD_TIMEOUT =
            new Denial("request_timeout", 408, "request timeout", "the request's head did not come in time");
    public static final Denial HTTP2_VIOLATION =
            new Denial("http2_violation", 400, "bad request", "the client breaks the rules of HTTP/2");
    public static final Denial HTTP2_FLOOD =
            new Denial("http2_flood", 429, "too many requests", "the client costs more than it asks for");
    public static final Denial HTTP2_BUSY =
            new Denial("http2_busy", 503, "too many requests", "too many requests over HTTP/2 are open");
    static final Denial HOLDS_TOO_MUCH = new Denial(
            "connection_holds_too_much",
            503,
            "service unavailable",
            "the connection holds more than there is memory for");
    static final Denial CONTRADICTED = new Denial(
            "forwarding_contradicts",
            400,
            "bad request",
            "X-Forwarded-* and Forwarded name different clients or schemes");

    private Denials() {}
}
