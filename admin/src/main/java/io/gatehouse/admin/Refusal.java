package io.gatehouse.admin;

import io.gatehouse.proxy.filter.Denial;
import java.io.Serial;
import java.util.Map;

/** Ends the handling of a request with a problem document. */
final class Refusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Denial denial;

    Refusal(Denial denial) {
        super(denial.code(), null, false, false);
        this.denial = denial;
    }

    Denial denial() {
        return denial;
    }

    static Refusal invalid(String detail) {
        return new Refusal(new Denial("invalid_request", 400, "Invalid request", detail));
    }

    static Refusal hostNotAllowed() {
        return new Refusal(new Denial(
                "host_not_allowed",
                421,
                "Misdirected request",
                "the Host header names none of this listener's addresses; add the name to server.admin.hosts"));
    }

    static Refusal originNotAllowed() {
        return new Refusal(new Denial(
                "origin_not_allowed", 403, "Origin not allowed", "the request comes from another site's page"));
    }

    static Refusal unauthenticated() {
        return new Refusal(new Denial(
                "unauthenticated",
                401,
                "Authentication required",
                "send `Authorization: Bearer TOKEN` with an admin token, or sign in",
                Map.of("WWW-Authenticate", "Bearer realm=\"gatehouse\"")));
    }

    static Refusal forbidden(String detail) {
        return new Refusal(new Denial("forbidden", 403, "Forbidden", detail));
    }

    static Refusal tooManyTries(long retryAfterSeconds) {
        return new Refusal(new Denial(
                "too_many_attempts",
                429,
                "Too many attempts",
                "wait before you try again",
                Map.of("Retry-After", Long.toString(retryAfterSeconds))));
    }

    static Refusal notFound() {
        return new Refusal(new Denial("not_found", 404, "Not found", "there is nothing under this path"));
    }

    static Refusal methodNotAllowed(String allowed) {
        return new Refusal(new Denial(
                "method_not_allowed",
                405,
                "Method not allowed",
                "this path takes " + allowed,
                Map.of("Allow", allowed)));
    }

    static Refusal bodyTooLarge() {
        return new Refusal(new Denial("body_too_large", 413, "Body too large", "the body is larger than the limit"));
    }

    static Refusal bodyTooSlow() {
        return new Refusal(new Denial("body_too_slow", 408, "Body too slow", "the body did not arrive in time"));
    }

    static Refusal unavailable(String detail) {
        return new Refusal(new Denial("unavailable", 503, "Unavailable", detail, Map.of("Retry-After", "5")));
    }
}
