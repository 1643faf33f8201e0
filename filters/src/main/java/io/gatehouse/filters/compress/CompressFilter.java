package io.gatehouse.filters.compress;

import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.micrometer.core.instrument.Counter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;

/** Compresses answers with gzip while they pass, where the client takes it and nothing speaks against it. */
final class CompressFilter implements Filter {
    private static final Key<Asked> ASKED = new Key<>("compress");
    private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("Accept-Encoding");
    private static final AsciiString GZIP = AsciiString.cached("gzip");
    private static final List<String> DIGESTS = List.of("content-digest", "repr-digest", "digest", "content-md5");

    private final MediaTypes types;
    private final long minSize;
    private final boolean credentials;
    private final Deflaters deflaters;
    private final Counter busy;

    /** What the request said, before other filters changed its headers. */
    private enum Asked {
        PLAIN,
        GZIP,
        GZIP_WITH_CREDENTIALS
    }

    CompressFilter(CompressConfig config, Deflaters deflaters, Counter busy) {
        this.types = new MediaTypes(config.types());
        this.minSize = config.minSize().bytes();
        this.credentials = config.credentials();
        this.deflaters = deflaters;
        this.busy = busy;
    }

    @Override
    public BodyUse responseBody() {
        return BodyUse.STREAM;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        exchange.put(ASKED, asked(exchange));
        return Verdict.NEXT;
    }

    private static Asked asked(Exchange exchange) {
        var headers = exchange.requestHeaders();
        if (!AcceptEncoding.prefersGzip(headers) || names(headers, "cache-control", "no-transform")) {
            return Asked.PLAIN;
        }
        return hasAmbientCredentials(exchange, headers) ? Asked.GZIP_WITH_CREDENTIALS : Asked.GZIP;
    }

    /** Whether a browser would show the same credentials for a page of somebody else: that is what BREACH needs. */
    private static boolean hasAmbientCredentials(Exchange exchange, HttpHeaders headers) {
        if (headers.contains("cookie") || exchange.clientCertificate() != null) {
            return true;
        }
        var authorization = headers.get("authorization");
        return authorization != null && !authorization.regionMatches(true, 0, "bearer ", 0, 7);
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        var headers = head.headers();
        if (head.status() == 304) {
            varies(headers);
            weaken(headers);
            return;
        }
        if (!isSuitable(head, headers)) {
            return;
        }
        varies(headers);
        var asked = exchange.get(ASKED);
        if (asked == Asked.GZIP || (asked == Asked.GZIP_WITH_CREDENTIALS && credentials)) {
            compress(head, headers);
        }
    }

    /** Whether the answer would be compressed for somebody. */
    private boolean isSuitable(ResponseHead head, HttpHeaders headers) {
        int status = head.status();
        if (status < 200 || status == 204 || status == 205 || status == 206) {
            return false;
        }
        if (head.contentLength() >= 0 && head.contentLength() < minSize) {
            return false;
        }
        var type = headers.get("content-type");
        return type != null
                && types.holds(type)
                && !headers.contains("content-encoding")
                && !headers.contains("content-range")
                && !names(headers, "cache-control", "no-transform")
                && DIGESTS.stream().noneMatch(headers::contains);
    }

    private void compress(ResponseHead head, HttpHeaders headers) {
        var deflater = deflaters.borrow();
        if (deflater == null) {
            busy.increment();
            return;
        }
        headers.set("content-encoding", GZIP);
        headers.remove("accept-ranges"); // ranges of the target are not ranges of this
        weaken(headers);
        head.transformBody(new GzipTransform(deflaters, deflater));
    }

    private static void varies(HttpHeaders headers) {
        if (!names(headers, "vary", "accept-encoding") && !names(headers, "vary", "*")) {
            headers.add("vary", ACCEPT_ENCODING);
        }
    }

    /** What is compressed has the same meaning but not the same bytes (RFC 9110, 8.8.1). */
    private static void weaken(HttpHeaders headers) {
        var tag = headers.get("etag");
        if (tag != null && !tag.startsWith("W/")) {
            headers.set("etag", "W/" + tag);
        }
    }

    /** Whether a list of this name holds a member. */
    private static boolean names(HttpHeaders headers, String list, String member) {
        return headers.contains(list) && headers.containsValue(list, member, true);
    }

    @Override
    public void close() {
        deflaters.close();
    }
}
