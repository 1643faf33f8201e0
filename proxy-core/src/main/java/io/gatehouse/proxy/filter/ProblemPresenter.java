package io.gatehouse.proxy.filter;

import java.time.Duration;
import java.time.Instant;

/** Says things to HTTP clients as RFC 9457 problem documents, and a waiting approval as 202 with its location. */
public final class ProblemPresenter implements Presenter {
    public static final ProblemPresenter INSTANCE = new ProblemPresenter();

    private ProblemPresenter() {}

    @Override
    public LocalResponse denied(Exchange exchange, Denial denial) {
        return problem(denial, exchange.requestId());
    }

    /** A problem document where there may be no exchange yet; {@code requestId} is left out where it is empty. */
    public static LocalResponse problem(Denial denial, String requestId) {
        var json = new StringBuilder(256);
        json.append("{\"type\":\"about:blank\",\"title\":");
        quote(json, denial.title());
        json.append(",\"status\":").append(denial.status()).append(",\"detail\":");
        quote(json, denial.detail());
        json.append(",\"code\":");
        quote(json, denial.code());
        if (!requestId.isEmpty()) {
            json.append(",\"requestId\":");
            quote(json, requestId);
        }
        var response = LocalResponse.of(
                denial.status(), "application/problem+json", json.append("}\n").toString());
        denial.headers().forEach(response.headers()::set);
        return response;
    }

    @Override
    public LocalResponse waiting(Exchange exchange, Waiting waiting) {
        var json = new StringBuilder(256);
        json.append("{\"approval\":");
        quote(json, waiting.approval());
        json.append(",\"state\":\"pending_approval\",\"reason\":");
        quote(json, waiting.reason());
        json.append(",\"expiresAt\":");
        quote(json, Instant.ofEpochMilli(waiting.expiresAtMillis()).toString());
        json.append(",\"status\":");
        quote(json, waiting.statusPath());
        json.append(",\"next\":");
        quote(json, "once approved, repeat the same request with the header Gatehouse-Approval: " + waiting.approval());
        var response =
                LocalResponse.of(202, "application/json", json.append("}\n").toString());
        response.headers().set("location", waiting.statusPath());
        response.headers().set("cache-control", "no-store");
        return response;
    }

    @Override
    public Duration hold(Exchange exchange) {
        return Duration.ZERO;
    }

    @Override
    public boolean findsApprovalByDigest() {
        return false;
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
