package io.gatehouse.testkit;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What an origin received. The body is empty where the script answers before it. */
public final class RecordedRequest {
    private final int connection;
    private final String requestLine;
    private final Headers headers;
    private final byte[] body;
    private final Headers trailers;

    RecordedRequest(int connection, String requestLine, Headers headers, MessageReader.Body body) {
        this.connection = connection;
        this.requestLine = requestLine;
        this.headers = headers;
        this.body = body.content();
        this.trailers = body.trailers();
    }

    /** Number of the connection that it came on, from 1. */
    public int connection() {
        return connection;
    }

    /** Such as {@code GET /a?b HTTP/1.1}. */
    public String requestLine() {
        return requestLine;
    }

    public String method() {
        return requestLine.substring(0, requestLine.indexOf(' '));
    }

    /** Path and query as received. */
    public String target() {
        return requestLine.substring(requestLine.indexOf(' ') + 1, requestLine.lastIndexOf(' '));
    }

    public String path() {
        var target = target();
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
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
        return requestLine + " " + headers.all() + " " + text();
    }
}
