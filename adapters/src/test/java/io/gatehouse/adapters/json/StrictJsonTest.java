package io.gatehouse.adapters.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private static final String SYNTAX = "{}[]\",:0123456789.eE+-\\utrfn";
    private final StrictJson strict = StrictJson.exactNumbers();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}{}",
                "{} x",
                "{'a':1}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"x\":{\"a\":1,\"a\":2}}",
                "[1,]",
                "{\"a\":1,}",
                "01",
                "+1",
                "1.",
                ".5",
                "NaN",
                "Infinity",
                "nul",
                "// c\n1",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "{\"\\ud800\":1}",
                "\"a\nb\"",
                "\ufeff{}",
                "9007199254740993",
                "-9007199254740993",
                "0.1000000000000000055",
                "333333333.33333329",
                "1e400",
                "-1e400",
                "1e-400",
                "123456789012345678901234567890",
                "\"\\x41\"",
                "\u00a01"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> strict.read(text)).isInstanceOf(JsonRefusedException.class);
        assertThatThrownBy(() -> strict.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JsonRefusedException.class);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        for (var bytes : List.of(
                new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'}, // overlong slash
                new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}, // surrogate
                new byte[] {'"', (byte) 0xFF, '"'},
                "{}".getBytes(StandardCharsets.UTF_16BE))) {
            assertThatThrownBy(() -> strict.read(bytes)).isInstanceOf(JsonRefusedException.class);
        }
    }

    @Test
    void refusesDepth() {
        int fits = StrictJson.MAX_DEPTH;
        assertThat(strict.read("[".repeat(fits) + "]".repeat(fits))).isInstanceOf(List.class);
        assertThatThrownBy(() -> strict.read("[".repeat(fits + 1) + "]".repeat(fits + 1)))
                .isInstanceOf(JsonRefusedException.class);
        assertThatThrownBy(() -> strict.read("[".repeat(1_000_000))).isInstanceOf(JsonRefusedException.class);
    }

    @Test
    void readsNumbersThatSurviveADouble() {
        assertThat(strict.read("[0,-0,1,1.0,1e2,0.1,9007199254740991,9007199254740992,1e21,5e-324]"))
                .isEqualTo(List.of(0L, 0L, 1L, 1L, 100L, 0.1, 9007199254740991L, 9007199254740992d, 1e21, 4.9E-324));
    }

    @Test
    void keepsInexactNumbersOfAServer() {
        var text = "{\"maximum\":9223372036854775807}";
        var read = StrictJson.lenientNumbers().read(text);
        assertThat(read).isEqualTo(Map.of("maximum", new BigDecimal("9223372036854775807")));
        assertThat(CanonicalJson.of(read)).isEqualTo(text);
    }

    /** Whatever the bytes: a value whose canonical form reads back to itself, or a clean refusal. */
    @Test
    void nothingButAValueOrARefusal() {
        var random = new Random(20260728);
        var seed = "{\"jsonrpc\":\"2.0\",\"id\":1,\"params\":{\"a\":[1.5e3,-2,true,null,\"\\u20ac\\ud83d\\ude00\"]}}"
                .getBytes(StandardCharsets.UTF_8);
        int read = 0;
        for (int i = 0; i < 30_000; i++) {
            var bytes = seed.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte)
                        (random.nextBoolean() ? random.nextInt(256) : SYNTAX.charAt(random.nextInt(SYNTAX.length())));
            }
            try {
                var value = strict.read(bytes);
                var canonical = CanonicalJson.of(value);
                assertThat(CanonicalJson.of(strict.read(canonical))).isEqualTo(canonical);
                read++;
            } catch (JsonRefusedException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(read).isBetween(300, 29_700);
    }
}
