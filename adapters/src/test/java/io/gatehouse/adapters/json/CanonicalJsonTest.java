package io.gatehouse.adapters.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    /** RFC 8785, appendix B. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2",
        // where Java prefers two digits
        "0000000000000002, 1e-323",
        "0000000000000004, 2e-323",
    })
    void formatsNumbersAsEcmaScriptDoes(String bits, String expected) {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
        assertThat(CanonicalJson.of(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffffffffffff", "7ff0000000000000"})
    void refusesWhatJsonCannotHold(String bits) {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
        assertThatThrownBy(() -> CanonicalJson.of(value)).isInstanceOf(JsonRefusedException.class);
    }

    @Test
    void everyDoubleSurvivesItsText() {
        var random = new Random(8785);
        for (int i = 0; i < 50_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(Double.parseDouble(CanonicalJson.of(value))).isEqualTo(value == 0 ? 0.0 : value);
            }
        }
    }

    /** RFC 8785, section 3.2.2. */
    @Test
    void writesTheSampleOfTheRfc() {
        var sample = new LinkedHashMap<String, @Nullable Object>();
        sample.put("numbers", List.of(333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001));
        sample.put("string", "\u20ac$\u000F\nA'B\"\\\\\"/");
        sample.put("literals", Arrays.asList(null, true, false));
        assertThat(CanonicalJson.of(sample))
                .isEqualTo("{\"literals\":[null,true,false],"
                        + "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    /** RFC 8785, section 3.2.3. */
    @Test
    void sortsMembersByUtf16Units() {
        var members = Map.of(
                "\u20ac",
                "Euro Sign",
                "\r",
                "Carriage Return",
                "\ufb33",
                "Hebrew Letter Dalet With Dagesh",
                "1",
                "One",
                "\ud83d\ude00",
                "Emoji: Grinning Face",
                "\u0080",
                "Control",
                "\u00f6",
                "Latin Small Letter O With Diaeresis");
        assertThat(CanonicalJson.of(members))
                .containsSubsequence("Carriage Return", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew");
    }

    @Test
    void readsBackWhatItWrote() {
        var text = "{\"a\":[1,2.5,\"x\",null,true],\"b\":{},\"c\":[]}";
        assertThat(CanonicalJson.of(StrictJson.exactNumbers().read(text))).isEqualTo(text);
    }

    @Test
    void keepsTheOrderOnTheWire() {
        assertThat(CanonicalJson.inOrder(StrictJson.exactNumbers().read("{\"b\":1,\"a\":2}")))
                .isEqualTo("{\"b\":1,\"a\":2}");
    }

    @Test
    void showsHiddenCharactersToAPerson() {
        assertThat(PrettyJson.of(Map.of("to", "a\u202eb"))).isEqualTo("{\n  \"to\": \"a\\u202eb\"\n}");
    }
}
