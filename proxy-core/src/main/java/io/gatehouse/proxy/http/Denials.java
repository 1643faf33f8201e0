package io.gatehouse.proxy.http;

import io.gatehouse.proxy.filter.Denial;

/** What the data plane itself says where a request cannot be served. */
final class Denials {
    static final Denial UNREACHABLE =
            new Denial("upstream_unreachable", 502, "bad gateway", "the target could not be reached; nothing was sent");
    static final Denial TARGET_FAILED =
            new Denial("upstream_failed", 502, "bad gateway", "the target broke off before it had answered");
    static final Denial TARGET_MALFORMED =
            new Denial("upstream_malformed", 502, "bad gateway", "the target's answer breaks the rules of HTTP");
    static final Denial TARGET_TIMEOUT =
            new Denial("upstream_timeout", 504, "gateway timeout", "the target did not answer in time");
    static final Denial OVERLOADED = new Denial(
            "overloaded",
            503,
            "service unavailable",
            "too many large requests are held at this moment; try again later");
    static final Denial BODY_TIMEOUT =
            new Denial("request_timeout", 408, "request timeout", "the request's body did not come in time");

    static final Denial PROXY_HEADER = new Denial(
            "proxy_header", 400, "bad request", "the connection does not begin with a header of the PROXY protocol");
    static final Denial CONTRADICTED = new Denial(
            "forwarding_contradicts", 400, "bad request", "X-Forwarded-For and Forwarded name different clients");

    private Denials() {}
}
