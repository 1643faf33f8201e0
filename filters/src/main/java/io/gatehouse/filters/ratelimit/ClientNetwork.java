package io.gatehouse.filters.ratelimit;

import io.netty.util.NetUtil;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * What counts as one client address: an IPv4 address, or the /64 of an IPv6 address, since whoever has one of its addresses
 * has them all.
 */
final class ClientNetwork {
    private static final int REMEMBERED = 256;
    private static final FastThreadLocal<String[]> RECENT = new FastThreadLocal<>() {
        @Override
        protected String[] initialValue() {
            return new String[2 * REMEMBERED];
        }
    };

    private ClientNetwork() {}

    static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        // text and network side by side: a small direct-mapped memory, so that a busy client costs no parsing
        var recent = RECENT.get();
        int at = (address.hashCode() & (REMEMBERED - 1)) * 2;
        if (!address.equals(recent[at])) {
            recent[at] = address;
            recent[at + 1] = network(address);
        }
        return recent[at + 1];
    }

    private static String network(String address) {
        var octets = NetUtil.createByteArrayFromIpAddressString(address);
        if (octets == null || octets.length != 16) {
            return address;
        }
        var text = new StringBuilder(24);
        for (int i = 0; i < 8; i += 2) {
            text.append(Integer.toHexString(((octets[i] & 0xff) << 8) | (octets[i + 1] & 0xff)))
                    .append(':');
        }
        return text.append(":/64").toString();
    }
}
