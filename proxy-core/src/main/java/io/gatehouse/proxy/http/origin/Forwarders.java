package io.gatehouse.proxy.http.origin;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.http.message.FlatHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges what proxies in front say of a request's client, {@code X-Forwarded-For} and {@code Forwarded} (RFC 7239), from right to
 * left: each proxy appends whom it saw, so the first address that is not trusted is the client, and what stands before it is hearsay.
 * What cannot be read ends the chain there. One family of fields says both who the client is and by which scheme it asked: {@code
 * X-Forwarded-*} where there is {@code X-Forwarded-For}, else {@code Forwarded}. A proxy that writes one family passes the other on as a
 * stranger wrote it, so nothing is taken from the other, and it must not say otherwise.
 */
final class Forwarders {
    private static final String FOR = "x-forwarded-for";
    private static final String PROTO = "x-forwarded-proto";
    private static final String FORWARDED = "forwarded";
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    /** Pairs of an element: four are registered, and nobody adds as many of their own. */
    private static final int MOST_PAIRS = 8;
    /** One pair of an element; values with commas, semicolons or escapes mean nothing to us. */
    private static final Pattern PAIR =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([!#$%&'*+.^_`|~0-9A-Za-z-]+|\"[^\"\\\\]*\")");

    private final Networks trusted;
    private final Address peer;
    private final boolean secure;

    /** For what {@code peer} says, who is trusted; {@code secure}: whether it speaks TLS. */
    Forwarders(Networks trusted, Address peer, boolean secure) {
        this.trusted = trusted;
        this.peer = peer;
        this.secure = secure;
    }

    /** Whom a proxy saw, and which scheme it was asked by, or {@code null} where it does not say. */
    private record Hop(Address address, @Nullable Boolean secure) {}

    /** Where the request comes from, or {@code null} where the two families name different clients or schemes. */
    @Nullable
    RequestOrigin judge(FlatHeaders said) {
        boolean listed = said.contains(FOR);
        boolean both = listed && said.contains(FORWARDED);
        var elements = chain(said.getAll(FORWARDED), Forwarders::element);
        var chain = listed ? chain(said.getAll(FOR), Forwarders::listed) : elements;
        if (both && !chain.getFirst().address().equals(elements.getFirst().address())) {
            return null;
        }
        boolean byElements = !listed && said.contains(FORWARDED);
        var ofElements = elements.getFirst().secure();
        var ofProto = scheme(said.getAll(PROTO));
        var told = byElements ? ofElements : ofProto;
        var other = byElements ? ofProto : ofElements;
        boolean decided = told == null ? secure : told;
        if (other != null && other != decided) {
            return null;
        }
        return RequestOrigin.through(chain.stream().map(Hop::address).toList(), decided);
    }

    private List<Hop> chain(List<String> values, Function<String, @Nullable Hop> read) {
        var hops = new ArrayList<Hop>();
        hops.add(new Hop(peer, null));
        for (var value : values.reversed()) {
            int end = value.length();
            while (end >= 0) {
                int comma = value.lastIndexOf(',', end - 1);
                var hop = read.apply(value.substring(comma + 1, end).strip());
                if (hop == null) {
                    return hops.reversed();
                }
                hops.add(hop);
                if (!trusted.contain(hop.address())) {
                    return hops.reversed();
                }
                end = comma;
            }
        }
        return hops.reversed();
    }

    private static @Nullable Hop listed(String text) {
        var address = node(text, true);
        return address == null ? null : new Hop(address, null);
    }

    private static @Nullable Hop element(String text) {
        Address address = null;
        Boolean secure = null;
        var seen = new ArrayList<String>(MOST_PAIRS);
        var pairs = text.split(";", MOST_PAIRS + 1);
        if (pairs.length > MOST_PAIRS) {
            return null;
        }
        for (var pair : pairs) {
            var parts = PAIR.matcher(pair.strip());
            if (!parts.matches()) {
                return null;
            }
            var name = parts.group(1).toLowerCase(Locale.ROOT);
            var given = parts.group(2);
            var value = given.startsWith("\"") ? given.substring(1, given.length() - 1) : given;
            if (seen.contains(name)) {
                return null;
            }
            seen.add(name);
            if (name.equals("for")) {
                address = node(value, false);
            } else if (name.equals("proto")) {
                secure = scheme(List.of(value));
            }
        }
        return address == null ? null : new Hop(address, secure);
    }

    private static @Nullable Boolean scheme(List<String> values) {
        if (values.size() != 1) {
            return null;
        }
        return switch (values.getFirst().toLowerCase(Locale.ROOT)) {
            case "https" -> true;
            case "http" -> false;
            default -> null;
        };
    }

    /** An address, and maybe a port: {@code 192.0.2.1:80}, {@code [2001:db8::1]:80}, and bare IPv6 where it may stand bare. */
    private static @Nullable Address node(String text, boolean bare) {
        int close = text.indexOf(']');
        if (text.startsWith("[") && close > 0) {
            var inner = text.substring(1, close);
            return inner.indexOf(':') >= 0 && isPort(text.substring(close + 1)) ? address(inner) : null;
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && colon == text.lastIndexOf(':')) {
            return isPort(text.substring(colon)) ? address(text.substring(0, colon)) : null;
        }
        return colon >= 0 && !bare ? null : address(text);
    }

    private static boolean isPort(String text) {
        return text.isEmpty()
                || (text.startsWith(":")
                        && PORT.matcher(text).region(1, text.length()).matches());
    }

    private static @Nullable Address address(String text) {
        return text.indexOf('%') >= 0 ? null : Address.parse(text);
    }
}
