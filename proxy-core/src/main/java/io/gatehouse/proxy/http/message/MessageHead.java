package io.gatehouse.proxy.http.message;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** What every head says: its fields, and how its body is framed (RFC 9112, 6). */
public abstract class MessageHead {
    private static final int MAX_LENGTH_DIGITS = 18;
    /** Options of {@code Connection}: each is looked for among all fields. */
    private static final int MOST_OPTIONS = 32;

    public FlatHeaders headers = new FlatHeaders();
    public int minorVersion;
    /** Bytes of the body, or -1 where no length is given. */
    public long contentLength;

    public boolean chunked;
    private boolean close;
    private boolean keepAlive;
    private boolean upgradeOption;
    private @Nullable String upgrade;
    private String nominated = "";
    private int options;

    public void reset() {
        headers = new FlatHeaders();
        minorVersion = 1;
        contentLength = -1;
        chunked = false;
        close = false;
        keepAlive = false;
        upgradeOption = false;
        upgrade = null;
        nominated = "";
        options = 0;
    }

    public abstract void host(String value);

    public abstract void expect(String value);

    public abstract void te(String value);

    /** What a proxy says of the request's origin; the name is lower-case. */
    public abstract void forwarded(AsciiString name, String value);

    public void upgrade(String value) {
        upgrade = upgrade == null ? value : upgrade + "," + value;
    }

    /** Whether the sender wants to go on with WebSocket, and with nothing else, or agrees to (RFC 9110, 7.8). */
    boolean upgradesToWebSocket() {
        return upgradeOption && minorVersion > 0 && "websocket".equalsIgnoreCase(upgrade);
    }

    public void contentLength(byte[] bytes, int from, int to) {
        if (contentLength >= 0) {
            throw badRequest("Content-Length is given twice");
        }
        if (to == from || to - from > MAX_LENGTH_DIGITS) {
            throw badRequest("Content-Length is no length");
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                throw badRequest("Content-Length is no length");
            }
            value = value * 10 + bytes[i] - '0';
        }
        contentLength = value;
    }

    public void transferEncoding(String value) {
        if (chunked || !value.equalsIgnoreCase("chunked")) {
            throw badRequest("Transfer-Encoding is other than chunked");
        }
        chunked = true;
    }

    public void connection(String lowerCase) {
        switch (lowerCase) {
            case "keep-alive" -> keepAlive = true;
            case "close" -> close = true;
            default -> {
                for (var option : lowerCase.split(",", MOST_OPTIONS + 1)) {
                    if (++options > MOST_OPTIONS) {
                        throw badRequest("Connection names more options than anybody needs");
                    }
                    var name = option.strip();
                    if (name.equals("close")) {
                        close = true;
                    } else if (name.equals("keep-alive")) {
                        keepAlive = true;
                    } else if (name.equals("upgrade")) {
                        upgradeOption = true;
                    }
                }
                nominated = nominated.isEmpty() ? lowerCase : nominated + "," + lowerCase;
            }
        }
    }

    /** Checks what only the whole head shows, and removes the fields that {@code Connection} names. */
    public void finish() {
        if (chunked && (contentLength >= 0 || minorVersion == 0)) {
            throw badRequest("the length of the body is ambiguous");
        }
        if (!nominated.isEmpty()) {
            for (var option : nominated.split(",", -1)) {
                var name = option.strip();
                if (!name.isEmpty()) {
                    headers.remove((CharSequence) new AsciiString(name));
                }
            }
        }
    }

    /** Whether the sender lets the connection live on after this message. */
    public boolean isPersistent() {
        return minorVersion == 0 ? keepAlive && !close : !close;
    }
}
