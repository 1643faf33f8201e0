package io.gatehouse.testkit;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An answer as it came over the wire, interim answers (1xx) included; chunks are joined. */
public final class RawResponse {
    private final String statusLine;
    private final Headers headers;
    private final byte[] body;
    private final Headers trailers;

    RawResponse(String statusLine, Headers headers, MessageReader.Body body) {
        this.statusLine = statusLine;
        this.headers = headers;
        this.body = body.content();
        this.trailers = body.trailers();
    }

    /** Such as {@code HTTP/1.1 200 OK}. */
    public String statusLine() {
        return statusLine;
    }

    public int status() {
        return Integer.parseInt(statusLine.substring(9, 12));
    }

    public Headers headers() {
        return headers;
    }

    /** The first value of header {@code name}, or {@code null} where it is absent. */
    public @Nullable String header(String name) {
        return headers.first(name);
    }

    public Headers trailers() {
        return trailers;
    }

    public byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return statusLine + " " + headers.all() + " " + text();
    }
}
