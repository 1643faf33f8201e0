package io.gatehouse.filters.approve;

import io.gatehouse.approvals.ApprovalDraft.Preview;
import io.gatehouse.filters.text.QueryMask;
import io.gatehouse.filters.text.VisibleText;
import io.gatehouse.proxy.filter.Call;
import io.gatehouse.proxy.filter.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an approver sees of a request. Credentials never appear: of headers only those that the route binds, and of these
 * those that look like a secret masked; in the query likewise ({@link QueryMask}).
 */
final class Previews {
    private static final int LONGEST_TITLE = 300;
    private static final int LONGEST_FACT = 1000;
    private static final int LONGEST_BODY = 8192;
    private static final Pattern SECRET_HEADER =
            Pattern.compile(".*(auth|cookie|key|token|secret|pass|cred|session|sig).*", Pattern.CASE_INSENSITIVE);

    private Previews() {}

    static Preview of(Exchange exchange) {
        var call = exchange.call();
        return call == null ? plain(exchange) : engine(exchange, call);
    }

    private static Preview engine(Exchange exchange, Call call) {
        var facts = new LinkedHashMap<String, String>();
        origin(exchange, facts);
        return new Preview(VisibleText.line(call.title(), LONGEST_TITLE), cut(call.detail()), facts);
    }

    private static Preview plain(Exchange exchange) {
        var facts = new LinkedHashMap<String, String>();
        put(facts, "host", exchange.authority());
        var path = exchange.method().name() + " " + exchange.path();
        if (path.length() > LONGEST_TITLE) {
            facts.put("path", VisibleText.line(exchange.path(), 8 * LONGEST_FACT));
        }
        var query = QueryMask.mask(exchange.query());
        put(facts, "query", query);
        BoundHeaders.of(exchange)
                .forEach((name, values) -> values.forEach(value -> facts.merge(
                        "header " + name,
                        SECRET_HEADER.matcher(name).matches() ? "***" : fact(value),
                        (one, other) -> one + ", " + other)));
        origin(exchange, facts);
        var body = body(exchange, facts);
        return new Preview(VisibleText.line(path, LONGEST_TITLE), body, facts);
    }

    private static void origin(Exchange exchange, Map<String, String> facts) {
        put(facts, "client address", exchange.clientAddress());
        put(facts, "user agent", exchange.requestHeaders().get(HttpHeaderNames.USER_AGENT));
        var risk = exchange.action().attributes().get("risk");
        put(facts, "risk", risk == null ? null : risk.toString());
    }

    private static void put(Map<String, String> facts, String label, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            facts.put(label, fact(value));
        }
    }

    /** What is cut says so: an approver must not take a part for the whole. */
    private static String fact(String value) {
        var shown = VisibleText.line(value, LONGEST_FACT);
        return value.length() <= LONGEST_FACT
                ? shown
                : shown + " (cut after " + LONGEST_FACT + " of " + value.length() + " characters)";
    }

    private static String body(Exchange exchange, Map<String, String> facts) {
        var body = exchange.body();
        int size = body.readableBytes();
        if (size == 0) {
            return "";
        }
        var headers = exchange.requestHeaders();
        put(facts, "content type", headers.get(HttpHeaderNames.CONTENT_TYPE));
        facts.put("body", size + " bytes, sha256:" + sha256(body));
        var text = headers.contains(HttpHeaderNames.CONTENT_ENCODING)
                ? null
                : text(body, headers.get(HttpHeaderNames.CONTENT_TYPE));
        if (text == null) {
            return "(not text: " + size + " bytes, sha256:" + sha256(body) + ")";
        }
        return size <= LONGEST_BODY ? VisibleText.of(text, LONGEST_BODY) : marked(VisibleText.of(text, LONGEST_BODY));
    }

    private static String cut(String text) {
        var shown = VisibleText.of(text, LONGEST_BODY);
        return text.length() <= LONGEST_BODY ? shown : marked(shown);
    }

    private static String marked(String shown) {
        return shown + "\n(cut after " + LONGEST_BODY + " bytes; the approval binds all of it)";
    }

    /** The body's beginning where it is UTF-8 and its type, where given, does not say otherwise. */
    private static @Nullable String text(ByteBuf body, @Nullable String type) {
        if (type != null && !textual(type.toLowerCase(Locale.ROOT))) {
            return null;
        }
        int length = Math.min(body.readableBytes(), LONGEST_BODY);
        var chars = CharBuffer.allocate(length);
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var bytes = new byte[length];
        body.getBytes(body.readerIndex(), bytes);
        boolean whole = length == body.readableBytes();
        return decoder.decode(ByteBuffer.wrap(bytes), chars, whole).isError()
                ? null
                : chars.flip().toString();
    }

    private static boolean textual(String type) {
        boolean utf8 = !type.contains("charset=") || type.contains("utf-8") || type.contains("us-ascii");
        return utf8
                && (type.startsWith("text/")
                        || type.contains("json")
                        || type.contains("xml")
                        || type.contains("yaml")
                        || type.contains("javascript")
                        || type.contains("x-www-form-urlencoded")
                        || type.contains("graphql"));
    }

    private static String sha256(ByteBuf body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var piece : body.nioBuffers()) {
                digest.update(piece);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
