package io.gatehouse.proxy.http.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.http.exchange.Denials;
import io.gatehouse.proxy.http.message.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public class ProxyHeaderTest {
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String FOUR = "\1\2\3\4\5\6\7\10\0\120\1\273";
    private static final String SIX = "\40\1\15\270" + "\0".repeat(11) + "\1" + "\0".repeat(16) + "\0\120\1\273";

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static String binary(int command, int family, String rest) {
        return SIGNATURE
                + (char) command
                + (char) family
                + (char) (rest.length() >> 8)
                + (char) (rest.length() & 0xff)
                + rest;
    }

    /** A header, and the client that it names, if it names one. */
    public record Good(String header, @Nullable String client) {}

    public static Stream<Good> good() {
        return Stream.of(
                new Good("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n", "192.0.2.1"),
                new Good("PROXY TCP4 255.255.255.255 255.255.255.255 65535 0\r\n", "255.255.255.255"),
                new Good("PROXY TCP6 2001:db8::1 ::1 1 65535\r\n", "2001:db8::1"),
                new Good("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1"),
                new Good("PROXY UNKNOWN\r\n", null),
                new Good("PROXY UNKNOWN " + "x".repeat(91) + "\r\n", null),
                new Good(binary(0x21, 0x11, FOUR), "1.2.3.4"),
                new Good(binary(0x21, 0x11, FOUR + "\4\0\1x"), "1.2.3.4"),
                new Good(binary(0x21, 0x11, FOUR + "x".repeat(2036)), "1.2.3.4"),
                new Good(binary(0x21, 0x21, SIX), "2001:db8::1"),
                new Good(binary(0x21, 0x00, ""), null),
                new Good(binary(0x21, 0x00, "anything"), null),
                new Good(binary(0x20, 0x00, ""), null),
                new Good(binary(0x20, 0x11, FOUR), null),
                new Good(binary(0x20, 0x11, ""), null));
    }

    @ParameterizedTest
    @MethodSource("good")
    void readsByteByByteAndLeavesTheRest(Good good) {
        var in = bytes("");
        for (int i = 0; i < good.header().length() - 1; i++) {
            in = Unpooled.wrappedBuffer(in, bytes(good.header().substring(i, i + 1)));
            assertThat(ProxyHeader.read(in)).isNull();
            assertThat(in.readableBytes()).isEqualTo(i + 1);
        }
        in = bytes(good.header() + "GET / HTTP/1.1");
        var client = good.client();
        assertThat(ProxyHeader.read(in)).isEqualTo(new ProxyHeader(client == null ? null : Address.parse(client)));
        assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo("GET / HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "POST",
                "PROXY",
                "PROXY\r\n",
                "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
                "PROXY TCP4 192.0.2.1  192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1\t192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 \r\n",
                "PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.256 1 2\r\n",
                "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
                "PROXY TCP6 [::1] ::1 1 2\r\n",
                "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY UNKNOWNX\r\n",
                "PROXY UNKNOWN \1\r\n",
                "\r\n\r\n\0\r\nQUIT\r",
                "\r\nGET / HTTP/1.1\r\n\r\n",
            })
    void refusesWhatIsNone(String bad) {
        var in = bytes(bad.equals("PROXY") ? "PROXY" + "x".repeat(110) : bad);
        assertThatThrownBy(() -> ProxyHeader.read(in)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesLongerHeadersThanThereAre() {
        var longest = "PROXY UNKNOWN " + "x".repeat(91);
        assertThat(ProxyHeader.read(bytes(longest))).isNull();
        for (var bad : new String[] {longest + "xx", longest + "x\r\n"}) {
            assertThatThrownBy(() -> ProxyHeader.read(bytes(bad))).isInstanceOf(MalformedException.class);
        }
        var start = SIGNATURE + "\41\21\10\1"; // announces 2049 bytes
        assertThatThrownBy(() -> ProxyHeader.read(bytes(start))).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesOtherCommandsAndFamiliesAndShortAddresses() {
        for (var bad : new String[] {
            binary(0x22, 0x11, FOUR),
            binary(0x11, 0x11, FOUR),
            binary(0x01, 0x11, FOUR),
            binary(0x21, 0x12, FOUR),
            binary(0x21, 0x22, SIX),
            binary(0x21, 0x31, "x".repeat(216)),
            binary(0x21, 0x01, FOUR),
            binary(0x21, 0x11, FOUR.substring(1)),
            binary(0x21, 0x21, FOUR),
            binary(0x21, 0x11, "")
        }) {
            assertThatThrownBy(() -> ProxyHeader.read(bytes(bad))).isInstanceOf(MalformedException.class);
        }
    }

    /** Whatever comes: a header, more needed, or a refusal; and what is incomplete takes nothing. */
    @Test
    void standsWhateverComes() {
        var random = new Random(17);
        var seeds = good().map(Good::header).toList();
        for (int round = 0; round < 20_000; round++) {
            var seed = bytes(seeds.get(random.nextInt(seeds.size())) + "rest");
            for (int i = random.nextInt(4); i > 0; i--) {
                seed.setByte(random.nextInt(seed.readableBytes()), random.nextInt(256));
            }
            seed.writerIndex(random.nextInt(seed.readableBytes() + 1));
            int before = seed.readableBytes();
            try {
                var header = ProxyHeader.read(seed);
                assertThat(header == null).isEqualTo(seed.readableBytes() == before);
            } catch (MalformedException refused) {
                assertThat(refused.denial()).isEqualTo(Denials.PROXY_HEADER);
            }
        }
    }
}
