package io.gatehouse.proxy.address;

/**
 * All addresses that begin alike.
 *
 * @param first the lowest of them
 * @param prefix how many bits are alike
 */
public record Network(Address first, int prefix) {
    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address.
     *
     * @throws IllegalArgumentException where it is none, or has bits beyond its prefix
     */
    public static Network parse(String key, String text) {
        int slash = text.indexOf('/');
        var written = slash < 0 ? text : text.substring(0, slash);
        var address = written.indexOf('%') >= 0 ? null : Address.parse(written);
        if (address == null) {
            throw refused(key, text);
        }
        int writtenBits = written.indexOf(':') < 0 ? 32 : 128;
        int prefix = slash < 0 ? writtenBits : prefix(key, text, slash + 1, writtenBits);
        // a mapped network is the IPv4 network that it holds
        prefix -= writtenBits - address.bits();
        if (prefix < 0 || !address.network(prefix).equals(address)) {
            throw refused(key, text);
        }
        return new Network(address, prefix);
    }

    private static int prefix(String key, String text, int from, int most) {
        var digits = text.substring(from);
        if (!digits.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(digits) > most) {
            throw refused(key, text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException refused(String key, String text) {
        return new IllegalArgumentException(key
                + ": expected an address, or a network such as `10.0.0.0/8` without bits beyond its prefix, got `"
                + text
                + "`");
    }

    public boolean contains(Address address) {
        return address.bits() == first.bits() && address.network(prefix).equals(first);
    }
}
