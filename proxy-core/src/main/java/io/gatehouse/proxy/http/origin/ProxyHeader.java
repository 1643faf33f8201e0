package io.gatehouse.proxy.http.origin;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.http.exchange.Denials;
import io.gatehouse.proxy.http.message.MalformedException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header that a load balancer puts in front of a connection, PROXY protocol version 1 or 2. Strict: no signs, zones or leading
 * zeros, no other transports than TCP, bounded in length; the fields behind the addresses are skipped.
 *
 * @param client the address that it names, or {@code null} where the connection is the balancer's own
 * @see <a href="https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt">the specification</a>
 */
record ProxyHeader(@Nullable Address client) {
    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    /** With its CR LF. */
    private static final int LONGEST_TEXT = 107;

    private static final int BINARY_START = 16;
    /** Addresses and what may follow them: enough for a balancer's certificate fields. */
    private static final int LONGEST_BINARY = 2048;

    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    /**
     * Takes a header from what was received, from its first byte on.
     *
     * @return {@code null} while it is incomplete
     * @throws MalformedException where it is none
     */
    static @Nullable ProxyHeader read(ByteBuf in) {
        if (!in.isReadable()) {
            return null;
        }
        return in.getByte(in.readerIndex()) == TEXT[0] ? readText(in) : readBinary(in);
    }

    private static void begins(ByteBuf in, byte[] expected) {
        int seen = Math.min(in.readableBytes(), expected.length);
        for (int i = 0; i < seen; i++) {
            if (in.getByte(in.readerIndex() + i) != expected[i]) {
                throw malformed();
            }
        }
    }

    private static MalformedException malformed() {
        return MalformedException.of(Denials.PROXY_HEADER);
    }

    private static @Nullable ProxyHeader readText(ByteBuf in) {
        begins(in, TEXT);
        int start = in.readerIndex();
        int most = Math.min(in.readableBytes(), LONGEST_TEXT);
        int end = in.indexOf(start, start + most, (byte) '\n');
        if (end < 0) {
            if (most == LONGEST_TEXT) {
                throw malformed();
            }
            return null;
        }
        var line = in.readCharSequence(end + 1 - start, StandardCharsets.ISO_8859_1)
                .toString();
        if (!line.endsWith("\r\n")) {
            throw malformed();
        }
        var fields = line.substring(0, line.length() - 2);
        if (!fields.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw malformed();
        }
        return fields.equals("PROXY UNKNOWN") || fields.startsWith("PROXY UNKNOWN ")
                ? new ProxyHeader(null)
                : named(fields.split(" ", -1));
    }

    private static ProxyHeader named(String[] fields) {
        if (fields.length != 6 || !isPort(fields[4]) || !isPort(fields[5])) {
            throw malformed();
        }
        var client = address(fields[1], fields[2]);
        if (client == null || address(fields[1], fields[3]) == null) {
            throw malformed();
        }
        return new ProxyHeader(client);
    }

    private static @Nullable Address address(String family, String text) {
        var address = text.indexOf('%') >= 0 ? null : Address.parse(text);
        boolean good = address != null
                && switch (family) {
                    case "TCP4" -> text.indexOf(':') < 0 && text.equals(address.text());
                    case "TCP6" -> text.indexOf(':') >= 0;
                    default -> false;
                };
        return good ? address : null;
    }

    private static boolean isPort(String text) {
        return PORT.matcher(text).matches() && Integer.parseInt(text) <= 65535;
    }

    private static @Nullable ProxyHeader readBinary(ByteBuf in) {
        begins(in, BINARY);
        if (in.readableBytes() < BINARY_START) {
            return null;
        }
        int start = in.readerIndex();
        int command = in.getUnsignedByte(start + BINARY.length);
        int family = in.getUnsignedByte(start + BINARY.length + 1);
        int length = in.getUnsignedShort(start + BINARY.length + 2);
        if ((command != LOCAL && command != PROXY) || length > LONGEST_BINARY) {
            throw malformed();
        }
        int octets = command == LOCAL ? 0 : octets(family);
        if (length < 2 * octets + (octets == 0 ? 0 : 4)) {
            throw malformed();
        }
        if (in.readableBytes() < BINARY_START + length) {
            return null;
        }
        in.skipBytes(BINARY_START);
        Address client = null;
        if (octets > 0) {
            var source = new byte[octets];
            in.getBytes(in.readerIndex(), source);
            client = Address.of(source);
        }
        in.skipBytes(length);
        return new ProxyHeader(client);
    }

    /** How long each of the two addresses is. */
    private static int octets(int family) {
        return switch (family) {
            case UNSPECIFIED -> 0;
            case TCP4 -> 4;
            case TCP6 -> 16;
            default -> throw malformed();
        };
    }
}
