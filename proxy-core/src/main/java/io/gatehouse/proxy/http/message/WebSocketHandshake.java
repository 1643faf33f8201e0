package io.gatehouse.proxy.http.message;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.gatehouse.proxy.filter.Denial;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** What opens a WebSocket over HTTP/1.1 (RFC 6455, 4). */
public final class WebSocketHandshake {
    public static final AsciiString KEY = AsciiString.cached("sec-websocket-key");
    public static final AsciiString VERSION = AsciiString.cached("sec-websocket-version");
    public static final AsciiString ACCEPT = AsciiString.cached("sec-websocket-accept");
    public static final String SUPPORTED_VERSION = "13";

    private static final String SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final Denial OTHER_VERSION = new Denial(
            "websocket_version",
            426,
            "upgrade required",
            "expected version 13 of WebSocket",
            Map.of("Sec-WebSocket-Version", SUPPORTED_VERSION));

    private WebSocketHandshake() {}

    /** Refuses a handshake that no server may answer. */
    static void check(RequestHead head) {
        checkVersion(head);
        var keys = head.headers.getAll(KEY);
        if (keys.size() != 1 || !isKey(keys.getFirst())) {
            throw badRequest("the key of the WebSocket is malformed");
        }
        if (head.hasBody()) {
            throw badRequest("the handshake of a WebSocket has no body");
        }
    }

    /** Refuses every version but the one that is in use, over HTTP/2 too (RFC 8441, 5). */
    public static void checkVersion(RequestHead head) {
        if (!head.headers.getAll(VERSION).equals(List.of(SUPPORTED_VERSION))) {
            throw MalformedException.of(OTHER_VERSION);
        }
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES && text.endsWith("==");
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** A key for a handshake of our own; it only shows that the target speaks WebSocket, and is no secret. */
    public static String newKey() {
        var bytes = new byte[KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** What a server that speaks WebSocket answers to a key. */
    public static String accept(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(digest.digest((key + SUFFIX).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
