package io.gatehouse.proxy.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Says things to gRPC clients: a status of gRPC in an answer without messages ({@code Trailers-Only} in gRPC's protocol over
 * HTTP/2), since the status of HTTP is always 200 there.
 */
public final class GrpcPresenter implements Presenter {
    public static final GrpcPresenter INSTANCE = new GrpcPresenter();

    private static final String CONTENT_TYPE = "application/grpc";
    private static final int INVALID_ARGUMENT = 3;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int FAILED_PRECONDITION = 9;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private GrpcPresenter() {}

    /** Whether a request of this content type is a call of gRPC. */
    public static boolean isCall(CharSequence contentType) {
        var text = contentType.toString();
        return text.startsWith(CONTENT_TYPE)
                && (text.length() == CONTENT_TYPE.length() || "+;".indexOf(text.charAt(CONTENT_TYPE.length())) >= 0);
    }

    @Override
    public LocalResponse denied(Exchange exchange, Denial denial) {
        var message = denial.detail() + " (" + denial.code() + ", request " + exchange.requestId() + ")";
        var response = response(status(denial.status()), message);
        denial.headers().forEach(response.headers()::set);
        return response;
    }

    @Override
    public LocalResponse waiting(Exchange exchange, Waiting waiting) {
        var response = response(
                FAILED_PRECONDITION,
                "an approval is needed: " + waiting.reason() + "; once approved, repeat the same call with the metadata"
                        + " gatehouse-approval: " + waiting.approval());
        response.headers().set("gatehouse-approval", waiting.approval());
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

    private static LocalResponse response(int status, String message) {
        var response = LocalResponse.of(200);
        response.headers().set("content-type", CONTENT_TYPE);
        response.headers().set("grpc-status", Integer.toString(status));
        response.headers().set("grpc-message", percentEncoded(message));
        return response;
    }

    private static int status(int http) {
        return switch (http) {
            case 400, 414, 415 -> INVALID_ARGUMENT;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 405, 501 -> UNIMPLEMENTED;
            case 408, 504 -> DEADLINE_EXCEEDED;
            case 413, 429, 431 -> RESOURCE_EXHAUSTED;
            case 502, 503 -> UNAVAILABLE;
            default -> http < 500 ? FAILED_PRECONDITION : INTERNAL;
        };
    }

    private static String percentEncoded(String message) {
        var encoded = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0x20 && b < 0x7f && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
            }
        }
        return encoded.toString();
    }
}
