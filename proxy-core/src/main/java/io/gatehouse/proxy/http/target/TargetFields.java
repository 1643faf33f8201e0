package io.gatehouse.proxy.http.target;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.gatehouse.proxy.http.message.AnswerHead;
import io.gatehouse.proxy.http.message.FieldSink;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.MalformedException;
import io.gatehouse.proxy.http.message.Trailers;
import io.gatehouse.proxy.upstream.TargetAddress;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Heads as HTTP/2 has them (RFC 9113, 8.3): of requests to a target, and of what it answers. */
final class TargetFields {
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final int COUNT_LIMIT = 200;

    private TargetFields() {}

    /** The head of a request to {@code target}; {@code webSocket}: as a handshake (RFC 8441). */
    static Http2Headers of(OutgoingRequest request, TargetAddress target, boolean webSocket) {
        var query = request.query();
        var headers = new DefaultHttp2Headers(false)
                .method((webSocket ? HttpMethod.CONNECT : request.method()).asciiName())
                .scheme(target.secure() ? HTTPS : HTTP)
                .authority(request.host().isEmpty() ? target.authority() : request.host())
                .path(query == null ? request.path() : request.path() + '?' + query);
        if (webSocket) {
            headers.add(PROTOCOL, WEBSOCKET);
        }
        FieldSink sink = headers::add;
        request.fields(sink);
        if (request.length() >= 0) {
            headers.add(CONTENT_LENGTH, Long.toString(request.length()));
        }
        if (request.acceptsTrailers()) {
            headers.add(TE, TRAILERS);
        }
        return headers;
    }

    /** Fields behind a body. */
    static Http2Headers of(FlatHeaders trailers) {
        var fields = new DefaultHttp2Headers(false);
        FieldSink sink = fields::add;
        sink.fields(trailers);
        return fields;
    }

    /** The head of an answer; throws {@link MalformedException} where it is none. */
    static AnswerHead answer(Http2Headers fields) {
        var head = new AnswerHead();
        head.reset();
        head.status = status(fields.status());
        int count = 0;
        for (var field : fields) {
            var name = AsciiString.of(field.getKey());
            if (!name.isEmpty() && name.charAt(0) == ':') {
                continue; // checked as it was decoded
            }
            if (name.isEmpty() || ++count > COUNT_LIMIT) {
                throw badRequest("the head is malformed");
            }
            try {
                head.field(name, field.getValue().toString());
            } catch (IllegalArgumentException refused) {
                throw notAllowed();
            }
        }
        return head;
    }

    private static void add(FlatHeaders headers, AsciiString name, CharSequence value) {
        try {
            headers.addRead(name, value.toString());
        } catch (IllegalArgumentException refused) {
            throw notAllowed();
        }
    }

    private static MalformedException notAllowed() {
        return badRequest("a field holds a character that is not allowed");
    }

    private static int status(@Nullable CharSequence text) {
        if (text == null || text.length() != 3) {
            throw badRequest("the status is none");
        }
        int status = 0;
        for (int i = 0; i < 3; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw badRequest("the status is none");
            }
            status = status * 10 + digit;
        }
        if (status < 100) {
            throw badRequest("the status is none");
        }
        return status;
    }

    /** What follows a body, or {@code null} where nothing of it may go on. */
    static @Nullable FlatHeaders trailers(Http2Headers fields) {
        var trailers = new FlatHeaders();
        int count = 0;
        for (var field : fields) {
            var name = AsciiString.of(field.getKey());
            if (name.isEmpty() || name.charAt(0) == ':' || ++count > COUNT_LIMIT) {
                throw badRequest("a trailer is malformed");
            }
            if (Trailers.mayFollow(name)) {
                add(trailers, name, field.getValue());
            }
        }
        return trailers.isEmpty() ? null : trailers;
    }
}
