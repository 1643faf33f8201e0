package io.gatehouse.proxy.http.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.http.message.FlatHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever a stranger writes, what the trusted proxy appended says who the stranger is. */
class ForwardersPropertyTest {
    private static final String[] PIECES = {
        "for=",
        "by=",
        "proto=https",
        "192.0.2.66",
        "10.1.1.1",
        "2001:db8::1",
        "[",
        "]",
        "\"",
        "\\",
        "\\\"",
        ",",
        ";",
        "=",
        " ",
        "\t",
        ":",
        "443",
        "unknown",
        "_x",
        "%eth0",
        "::ffff:10.1.1.1",
        "\u00e4",
        "for=\"",
        "x".repeat(300)
    };

    private final Networks trusted = Networks.parse("trusted", List.of("10.0.0.0/8"));
    private final Address peer = address("10.9.9.9");
    private final Random random = new Random(23);

    private static Address address(String text) {
        return Objects.requireNonNull(Address.parse(text));
    }

    private String garbage() {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private RequestOrigin judged(String name, String value) {
        var said = new FlatHeaders();
        said.add(name, garbage());
        said.add(name, value);
        return Objects.requireNonNull(new Forwarders(trusted, peer, false).judge(said));
    }

    @Test
    void aStrangerCannotChooseAnotherAddress() {
        for (int round = 0; round < 20_000; round++) {
            assertThat(judged("x-forwarded-for", garbage() + ", 192.0.2.1").address())
                    .isEqualTo("192.0.2.1");
            assertThat(judged("forwarded", garbage() + ",for=192.0.2.1;proto=http")
                            .address())
                    .isEqualTo("192.0.2.1");
            assertThat(judged("forwarded", garbage() + ", for=192.0.2.1, for=10.2.2.2")
                            .isSecure())
                    .isFalse();
        }
    }

    private String oneOf(String... texts) {
        int choice = random.nextInt(texts.length + 1);
        return choice == texts.length ? garbage() : texts[choice];
    }

    /** Whichever family the proxy writes: what a stranger puts into the other changes nothing, or has the request refused. */
    @Test
    void aStrangerCannotSayOtherwiseInTheOtherFamily() {
        for (int round = 0; round < 20_000; round++) {
            var listed = new FlatHeaders();
            listed.add("x-forwarded-for", garbage() + ", 192.0.2.1");
            listed.add("forwarded", oneOf("for=192.0.2.1;proto=https", "for=192.0.2.1", "for=6.6.6.6"));
            boolean named = random.nextBoolean();
            if (named) {
                listed.add("x-forwarded-proto", "http");
            }
            isThatClient(new Forwarders(trusted, peer, named).judge(listed));

            var elements = new FlatHeaders();
            elements.add("forwarded", garbage() + ", for=192.0.2.1;proto=http");
            if (random.nextBoolean()) {
                elements.add("x-forwarded-for", oneOf("192.0.2.1", "6.6.6.6"));
            }
            elements.add("x-forwarded-proto", oneOf("https", "http"));
            isThatClient(new Forwarders(trusted, peer, random.nextBoolean()).judge(elements));
        }
    }

    private static void isThatClient(@Nullable RequestOrigin origin) {
        if (origin != null) {
            assertThat(origin.address()).isEqualTo("192.0.2.1");
            assertThat(origin.isSecure()).isFalse();
        }
    }

    @Test
    void whatIsToldToTheTargetIsOneLineEach() {
        for (int round = 0; round < 5_000; round++) {
            var origin = judged(random.nextBoolean() ? "forwarded" : "x-forwarded-for", garbage());
            var lines = new String(origin.fields("a.example").lines(), StandardCharsets.ISO_8859_1);
            assertThat(lines.lines())
                    .hasSize(5)
                    .allMatch(line -> line.matches("(x-)?forwarded[a-z-]*: [\\x20-\\x7e]+"));
            assertThat(Address.parse(origin.address())).isNotNull();
        }
    }
}
