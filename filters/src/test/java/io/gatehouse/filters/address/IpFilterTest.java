package io.gatehouse.filters.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.filters.EdgePlane;
import io.gatehouse.filters.TestServices;
import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Network;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpFilterTest {
    private static boolean passes(List<String> allow, List<String> deny, String client) {
        var filter = new IpFilterFactory().create(new IpFilterConfig(allow, deny), new TestServices());
        var exchange = new TestExchange();
        exchange.clientAddress = client;
        return filter.onRequest(exchange).equals(Verdict.NEXT);
    }

    @Test
    void refusesADeniedConnection() {
        try (var plane = EdgePlane.on("/**")) {
            plane.with(new IpFilterFactory(), new IpFilterConfig(List.of("127.0.0.0/8"), List.of()));
            assertThat(plane.ask("GET", "/", "X-Forwarded-For: 192.0.2.1").status())
                    .isEqualTo(200);
            plane.with(new IpFilterFactory(), new IpFilterConfig(List.of(), List.of("127.0.0.1")));
            var answer = plane.ask("GET", "/", "X-Forwarded-For: 192.0.2.1");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).contains("\"code\":\"address_not_allowed\"");
            assertThat(plane.origin.calls()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "10.0.0.0/8, ::ffff:a01:203, true",
        "10.0.0.0/8, ::a01:203, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 10.0.0.1, false",
        "::/0, ::ffff:10.0.0.1, false",
        "::/0, 2001:db8::1, true",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8:0:0:8000::/65, 2001:db8::8000:0:0:1, true",
        "2001:db8:0:0:8000::/65, 2001:db8::7fff:0:0:1, false",
        "fe80::/10, fe80::1%eth0, true",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "::1, ::1, true",
    })
    void knowsItsNetworks(String network, String client, boolean member) {
        assertThat(passes(List.of(network), List.of(), client)).isEqualTo(member);
        assertThat(passes(List.of(), List.of(network), client)).isEqualTo(!member);
    }

    @Test
    void deniesWhatBothListsName() {
        assertThat(passes(List.of("10.0.0.1"), List.of("10.0.0.0/8"), "10.0.0.1"))
                .isFalse();
        assertThat(passes(List.of("10.0.0.0/8"), List.of("10.0.0.1"), "10.0.0.1"))
                .isFalse();
        assertThat(passes(List.of("10.0.0.0/8"), List.of("10.0.0.1"), "10.0.0.2"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "/run/socket", "10.0.0.1:80", "10.0.0", "1.2.3.4.5", "::1::", "::10.1.2.3"})
    void refusesWhatIsNoAddress(String client) {
        assertThat(passes(List.of("0.0.0.0/0", "::/0"), List.of(), client)).isFalse();
        assertThat(passes(List.of(), List.of("10.0.0.0/8"), client)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/08",
                "10.0.0.0/-1",
                "10.0.0/8",
                "2001:db8::1/32",
                "::/129",
                "::ffff:10.0.0.0/95",
                "fe80::%eth0/64",
                "::10.0.0.0/104",
                "example.com",
                "",
                "/8",
                "10.0.0.0/8/8",
                "*"
            })
    void refusesWhatIsNoNetwork(String network) {
        assertThatThrownBy(() -> new IpFilterConfig(List.of("192.0.2.1", network), List.of()))
                .hasMessageStartingWith("allow[1]: expected an address, or a network")
                .hasMessageEndingWith(", got `" + network + "`");
    }

    @Test
    void refusesToFilterNothing() {
        assertThatThrownBy(() -> new IpFilterConfig(List.of(), List.of())).hasMessage("expected `allow` or `deny`");
    }

    @Test
    void findsWhatOneAfterTheOtherWouldFind() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var texts = new ArrayList<String>();
            for (int i = 0; i < 20; i++) {
                int prefix = random.nextInt(33);
                long first = prefix == 0 ? 0 : random.nextInt(1 << 12) * 0x100001L & (-1L << (32 - prefix));
                texts.add(dotted(first) + "/" + prefix);
            }
            texts.removeIf(text -> text.endsWith("/0"));
            var all = Networks.parse("allow", texts);
            for (int i = 0; i < 200; i++) {
                var address = Objects.requireNonNull(Address.parse(dotted(random.nextInt(1 << 12) * 0x100001L)));
                assertThat(all.contain(address))
                        .as("%s in %s", address, texts)
                        .isEqualTo(texts.stream()
                                .anyMatch(text -> Network.parse("", text).contains(address)));
            }
        }
    }

    private static String dotted(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }
}
