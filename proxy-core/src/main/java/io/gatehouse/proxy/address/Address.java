package io.gatehouse.proxy.address;

import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IP address. An IPv4 address that is written as an IPv6 one ({@code ::ffff:192.0.2.1}, RFC 4291, 2.5.5.2) is the IPv4
 * address.
 *
 * @param bits 32 or 128
 * @param high the upper 64 bits of an IPv6 address, else 0
 * @param low the lower 64 bits, or the IPv4 address
 */
public record Address(int bits, long high, long low) implements Comparable<Address> {
    private static final Comparator<Address> ORDER = Comparator.comparingInt(Address::bits)
            .thenComparing(Address::high, Long::compareUnsigned)
            .thenComparing(Address::low, Long::compareUnsigned);
    private static final long MAPPED = 0xffffL;
    private static final Pattern LEADING_ZERO = Pattern.compile("(?:^|[:.])0\\d+\\.|\\.0\\d");

    /**
     * The address that the text is, without brackets and with a zone left aside, or {@code null}. An octet with a leading zero is
     * none: some programs read it as octal.
     */
    public static @Nullable Address parse(String text) {
        if (text.startsWith("[")
                || isOtherMixedForm(text)
                || LEADING_ZERO.matcher(text).find()) {
            return null;
        }
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(text);
        if (octets == null) {
            return null;
        }
        return of(octets);
    }

    /** The address of four or sixteen octets. */
    public static Address of(byte[] octets) {
        var bytes = ByteBuffer.wrap(octets);
        if (octets.length == 4) {
            return new Address(32, 0, bytes.getInt() & 0xffff_ffffL);
        }
        long high = bytes.getLong();
        long low = bytes.getLong();
        return high == 0 && low >>> 32 == MAPPED ? new Address(32, 0, low & 0xffff_ffffL) : new Address(128, high, low);
    }

    /** Dotted octets behind anything but {@code ffff}: what programs take that for differs. */
    private static boolean isOtherMixedForm(String text) {
        int zone = text.indexOf('%');
        int end = zone < 0 ? text.length() : zone;
        int colon = text.lastIndexOf(':', end);
        int dot = colon < 0 ? -1 : text.indexOf('.', colon);
        return dot >= 0 && dot < end && !text.regionMatches(true, colon - 4, "ffff", 0, 4);
    }

    /** The first address of the network that has {@code prefix} bits in common with this one. */
    Address network(int prefix) {
        if (bits == 32) {
            return new Address(32, 0, low & mask(prefix + 32) & 0xffff_ffffL);
        }
        return new Address(128, high & mask(Math.min(prefix, 64)), low & mask(Math.max(prefix - 64, 0)));
    }

    /** The usual way to write it (RFC 5952). */
    public String text() {
        var bytes = ByteBuffer.allocate(bits / 8);
        if (bits == 32) {
            bytes.putInt((int) low);
        } else {
            bytes.putLong(high).putLong(low);
        }
        return NetUtil.bytesToIpAddress(bytes.array());
    }

    private static long mask(int ones) {
        return ones == 0 ? 0 : -1L << (64 - ones);
    }

    @Override
    public int compareTo(Address other) {
        return ORDER.compare(this, other);
    }
}
