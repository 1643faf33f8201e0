package io.gatehouse.proxy.http.origin;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.http.message.FlatHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Fuzz target: whatever a client writes in front, the first address from the right that is not trusted is the client. */
public final class ForwardersFuzz {
    private static final String CLIENT = "192.0.2.7";
    private static final Forwarders FORWARDERS = new Forwarders(
            Networks.parse("trusted", List.of("10.0.0.0/8")), Objects.requireNonNull(Address.parse("10.0.0.1")), false);

    private ForwardersFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var text = new String(data, StandardCharsets.ISO_8859_1);
        if (!text.chars().allMatch(c -> c >= 0x20 && c != 0x7f)) {
            return; // the head's parser refuses it
        }
        clear(judge("x-forwarded-for", text));
        clear(judge("forwarded", text));
        isClient(judge("x-forwarded-for", text + ", " + CLIENT), text);
        isClient(judge("x-forwarded-for", text + ", " + CLIENT + ", 10.1.2.3"), text);
        isClient(judge("forwarded", text + ", for=" + CLIENT + ";proto=https"), text);
    }

    private static RequestOrigin judge(String field, String value) {
        var headers = new FlatHeaders();
        headers.add((CharSequence) field, value);
        return Objects.requireNonNull(FORWARDERS.judge(headers));
    }

    private static void isClient(RequestOrigin origin, String text) {
        clear(origin);
        if (!origin.address().equals(CLIENT)) {
            throw new AssertionError("behind `" + text + "`, the client became " + origin.address());
        }
    }

    /** What goes to the target is whole lines of addresses that we have read. */
    private static void clear(RequestOrigin origin) {
        var lines = new String(origin.fields("a.example").lines(), StandardCharsets.ISO_8859_1);
        boolean visible = lines.replace("\r\n", "").chars().allMatch(c -> c >= 0x20 && c < 0x7f);
        if (!visible || lines.split("\r\n", -1).length != 6 || Address.parse(origin.address()) == null) {
            throw new AssertionError(lines);
        }
    }
}
