package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.filter.FilterChain;
import io.gatehouse.proxy.filter.Outcome;

/** How a request ended, as far as it concerns its target. */
public enum TargetResult {
    /** A tunnel that was opened over HTTP/1.1. */
    STATUS_1XX(0, "1xx"),
    STATUS_2XX(1, "2xx"),
    STATUS_3XX(2, "3xx"),
    STATUS_4XX(3, "4xx"),
    STATUS_5XX(4, "5xx"),
    /** Not reached, too late, malformed or broken off; or as many were asked as may be. */
    FAILED(5, "failed"),
    /** The client left. */
    CANCELLED(6, "cancelled"),
    /** The gateway refused what came of the request or the answer, such as a body that turned out too large. */
    REFUSED(7, "refused");

    private final int cell;
    private final String label;

    TargetResult(int cell, String label) {
        this.cell = cell;
        this.label = label;
    }

    /** Where it is counted. */
    int cell() {
        return cell;
    }

    /** As meters show it. */
    String label() {
        return label;
    }

    /** What became of a request whose target was asked. */
    public static TargetResult of(Outcome outcome) {
        return switch (outcome.cause()) {
            case SERVED -> ofStatus(outcome.upstreamStatus());
            case FAILED -> outcome.code().equals(FilterChain.FAILED.denial().code()) ? REFUSED : FAILED;
            case CANCELLED -> CANCELLED;
            case ANSWERED, DENIED -> REFUSED;
        };
    }

    private static TargetResult ofStatus(int status) {
        return switch (status / 100) {
            case 1 -> STATUS_1XX;
            case 2 -> STATUS_2XX;
            case 3 -> STATUS_3XX;
            case 4 -> STATUS_4XX;
            case 5 -> STATUS_5XX;
            default -> FAILED;
        };
    }
}
