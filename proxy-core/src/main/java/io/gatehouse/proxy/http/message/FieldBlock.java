package io.gatehouse.proxy.http.message;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * What HPACK gives of one head or of trailers, field by field, as strictly as {@link HeadParser} reads HTTP/1.1: by the same names,
 * values and limits, and by what HTTP/2 adds (RFC 9113, 8.2 and 8.3). The first fault is kept and told when the block is whole, since
 * HPACK must read on in any case. One a connection; each block fills a head of its own.
 */
public final class FieldBlock extends Http2Fields {
    private static final AsciiString COOKIE = AsciiString.cached("cookie");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    /** What HTTP/1.1 writes around a field. */
    private static final int FIELD_OVERHEAD = 4;

    private final int lineLimit;
    private final int headLimit;
    private final int countLimit;
    private RequestHead head = new RequestHead();
    private @Nullable AsciiString method;
    private @Nullable AsciiString scheme;
    private @Nullable AsciiString authority;
    private @Nullable AsciiString path;
    private @Nullable AsciiString protocol;
    private @Nullable StringBuilder cookies;
    private boolean regular;
    private int bytes;
    private int count;
    private @Nullable MalformedException fault;
    private boolean violation;

    /**
     * A reader of field blocks.
     *
     * @param lineLimit bytes of method and target
     * @param headLimit bytes of all fields
     * @param countLimit number of fields
     */
    public FieldBlock(int lineLimit, int headLimit, int countLimit) {
        this.lineLimit = lineLimit;
        this.headLimit = headLimit;
        this.countLimit = countLimit;
    }

    /** Makes ready for the next block. */
    public void begin() {
        head = new RequestHead();
        head.reset();
        method = null;
        scheme = null;
        authority = null;
        path = null;
        protocol = null;
        cookies = null;
        regular = false;
        bytes = 0;
        count = 0;
        fault = null;
        violation = false;
    }

    /** Whether the block breaks the rules of HTTP/2, so that its stream is reset (RFC 9113, 8.1.1); else a fault is answered. */
    public boolean isViolation() {
        return violation;
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        if (fault == null) {
            try {
                take((AsciiString) name, (AsciiString) value);
            } catch (MalformedException malformed) {
                fault = malformed;
            }
        }
        return this;
    }

    private MalformedException violation(String detail) {
        violation = true;
        return badRequest(detail);
    }

    private void take(AsciiString name, AsciiString value) {
        bytes += name.length() + value.length() + FIELD_OVERHEAD;
        if (bytes > lineLimit + headLimit) {
            throw MalformedException.headersTooLarge("the headers are larger than allowed");
        }
        checkValue(value);
        if (!name.isEmpty() && name.byteAt(0) == ':') {
            pseudo(name, value);
            return;
        }
        regular = true;
        if (++count > countLimit) {
            throw MalformedException.headersTooLarge("there are more header fields than allowed");
        }
        checkName(name);
        field(name, value);
    }

    private void checkName(AsciiString name) {
        boolean good = !name.isEmpty();
        for (int i = 0; good && i < name.length(); i++) {
            good = HeadParser.isLowerCaseToken(name.byteAt(i));
        }
        if (!good) {
            throw violation("a header name holds a character that is not allowed");
        }
    }

    private void checkValue(AsciiString value) {
        int last = value.length() - 1;
        boolean good = last < 0 || !(isBlank(value.byteAt(0)) || isBlank(value.byteAt(last)));
        for (int i = 0; good && i <= last; i++) {
            good = HeadParser.isValue(value.byteAt(i));
        }
        if (!good) {
            throw violation("a header value holds a control character, or begins or ends with a space");
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private void pseudo(AsciiString name, AsciiString value) {
        if (regular) {
            throw violation("a pseudo-header comes after other fields");
        }
        switch (name.toString()) {
            case ":method" -> method = once(method, value);
            case ":scheme" -> scheme = once(scheme, value);
            case ":authority" -> authority = once(authority, value);
            case ":path" -> path = once(path, value);
            case ":protocol" -> protocol = once(protocol, value);
            default -> throw violation("a pseudo-header is unknown");
        }
    }

    private AsciiString once(@Nullable AsciiString before, AsciiString value) {
        if (before != null) {
            throw violation("a pseudo-header is given twice");
        }
        return value;
    }

    private void field(AsciiString name, AsciiString value) {
        int from = name.arrayOffset();
        var known = HeaderName.find(name.array(), from, from + name.length());
        if (known == null) {
            HeadParser.refuseUnderscore(name.array(), from, from + name.length());
            if (!GatewayHeaders.areOurs(name)) {
                head.headers.append(name, value);
            }
            return;
        }
        switch (known.role()) {
            case END_TO_END, OF_CLIENT -> endToEnd(known.text(), value);
            case DROPPED -> {
                if (known.text().contentEquals("keep-alive") || known.text().contentEquals("proxy-connection")) {
                    throw violation("a header field belongs to HTTP/1.1 connections");
                }
            }
            case HOST -> head.host(value.toString());
            case CONTENT_LENGTH -> {
                int start = value.arrayOffset();
                head.contentLength(value.array(), start, start + value.length());
            }
            case EXPECT -> head.expect(value.toString());
            case TE -> {
                if (!value.contentEqualsIgnoreCase(TRAILERS)) {
                    throw violation("TE is other than trailers");
                }
                head.te(value.toString());
            }
            case FORWARDED -> head.forwarded(known.text(), value.toString());
            case TRANSFER_ENCODING, CONNECTION, UPGRADE ->
                throw violation("a header field belongs to HTTP/1.1 connections");
        }
    }

    /** Cookies may come in crumbs, which are one field to everybody else (RFC 9113, 8.2.3). */
    private void endToEnd(AsciiString name, AsciiString value) {
        if (!name.contentEquals(COOKIE)) {
            head.headers.append(name, value);
            return;
        }
        var crumbs = cookies;
        if (crumbs != null) {
            crumbs.append("; ").append(value);
        } else if (head.headers.contains((CharSequence) COOKIE)) {
            cookies = new StringBuilder(head.headers.get((CharSequence) COOKIE))
                    .append("; ")
                    .append(value);
        } else {
            head.headers.append(name, value);
        }
    }

    // ---- what it was

    /**
     * The request whose head this is.
     *
     * @param ends whether no body follows
     * @throws MalformedException where it is none; {@link #isViolation} then tells what becomes of its stream
     */
    public RequestHead request(boolean ends) {
        if (fault != null) {
            throw fault;
        }
        var verb = method;
        if (verb == null) {
            throw violation("the method is missing");
        }
        head.method = Methods.of(verb);
        if (head.method.equals(HttpMethod.CONNECT)) {
            connect();
        } else if (protocol != null) {
            throw violation("only CONNECT can name a protocol");
        } else {
            target(verb);
        }
        if (cookies != null) {
            head.headers.set((CharSequence) COOKIE, cookies.toString());
        }
        named();
        frame(ends);
        head.finish();
        if (protocol != null) {
            WebSocketHandshake.checkVersion(head);
            head.headers.remove((CharSequence) WebSocketHandshake.KEY); // has no place there, and nobody checks it
            head.webSocket = true;
        }
        return head;
    }

    /** RFC 8441: what is a request of its own kind over HTTP/2 is the handshake of a WebSocket to everybody else. */
    private void connect() {
        var asked = protocol;
        if (asked == null) {
            if (scheme != null || path != null) {
                throw violation("CONNECT has neither scheme nor path");
            }
            return; // and is not served
        }
        if (!asked.contentEquals("websocket")) {
            throw MalformedException.of("not_implemented", 501, "not implemented", "the protocol is not spoken here");
        }
        head.method = HttpMethod.GET;
        target(asked);
    }

    private void target(AsciiString verb) {
        var wanted = path;
        if (wanted == null || wanted.isEmpty()) {
            throw violation("the path is missing");
        }
        if (scheme == null || !(scheme.contentEquals("https") || scheme.contentEquals("http"))) {
            throw violation("the scheme is neither http nor https");
        }
        if (verb.length() + wanted.length() > lineLimit) {
            throw MalformedException.of("uri_too_long", 414, "uri too long", "the first line is longer than allowed");
        }
        if (!HeadParser.isTarget(wanted)) {
            throw badRequest("the request target holds a character that is not allowed");
        }
        boolean asterisk = wanted.contentEquals("*") && head.method.equals(HttpMethod.OPTIONS);
        if (wanted.byteAt(0) != '/' && !asterisk) {
            throw violation("the path does not begin with a slash");
        }
        head.target = wanted.toString();
    }

    private void named() {
        var named = authority;
        if (named == null) {
            return; // Host stands in for it
        }
        var host = head.host();
        if (host == null) {
            head.host(named.toString());
        } else if (!named.contentEqualsIgnoreCase(host)) {
            throw violation("authority and Host differ");
        }
    }

    private void frame(boolean ends) {
        if (ends && head.contentLength > 0) {
            throw violation("the body is shorter than Content-Length says");
        }
        if (protocol != null && ends) {
            throw violation("the handshake of a WebSocket ends its stream");
        }
        if (protocol != null && head.contentLength >= 0) {
            throw badRequest("the handshake of a WebSocket has no body");
        }
        head.chunked = !ends && head.contentLength < 0 && protocol == null; // to a target without HTTP/2
    }

    /**
     * The fields behind a body that may be passed on, or {@code null}.
     *
     * @throws MalformedException where they break a rule
     */
    public @Nullable FlatHeaders trailers() {
        if (fault != null) {
            throw fault;
        }
        if (method != null || scheme != null || authority != null || path != null || protocol != null) {
            throw violation("a pseudo-header comes after the body");
        }
        var kept = new FlatHeaders();
        for (int i = 0; i < head.headers.fieldCount(); i++) {
            if (Trailers.mayFollowRequest(head.headers.nameAt(i))) {
                kept.append(head.headers.nameAt(i), head.headers.valueAt(i));
            }
        }
        return kept.isEmpty() ? null : kept;
    }
}
