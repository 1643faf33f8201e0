package io.gatehouse.filters.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "a=1&b=2, a=1&b=2",
        "access_token=x&b=2, access_token=***&b=2",
        "b=2&Api-Key=x, b=2&Api-Key=***",
        "b=2;password=x;c, b=2;password=***;c",
        "%70assword=x, %70assword=***",
        "%zz=x, %zz=***",
        "key=, key=",
        "key, key",
        "a=b=c&sig=d=e, a=b=c&sig=***"
    })
    void masksValuesOfParametersThatLookLikeSecrets(String query, String masked) {
        assertThat(QueryMask.mask(query)).isEqualTo(masked);
    }

    @Test
    void givesBackAQueryWithoutSecretsAsItIs() {
        var query = "page=2&sort=name";
        assertThat(QueryMask.mask(query)).isSameAs(query);
        assertThat(QueryMask.mask(null)).isNull();
    }

    /** At the square of its length this would take minutes. */
    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void masksInTimeThatGrowsWithTheQuery() {
        var query = "a&".repeat(2_000_000);
        assertThat(QueryMask.mask(query)).isSameAs(query);
    }

    @Test
    void showsWhatHidesOrReorders() {
        assertThat(VisibleText.of("a\u202eb\u200bc\u0000\n\u00e4\ud83d\ude00", 100))
                .isEqualTo("a\\u202eb\\u200bc\\u0000\n\u00e4\ud83d\ude00");
        assertThat(VisibleText.line("a\nb\tc", 100)).isEqualTo("a\\nb\\tc");
        assertThat(VisibleText.of("ab\ud83d\ude00", 3)).isEqualTo("ab");
    }

    @Test
    void writesJsonThatAnyParserReadsBack() {
        var text = "quote\" back\\ line\n esc\u001b \u2028 \u00e4 \ud83d\ude00 " + "x".repeat(3000);
        var bytes = new JsonLine()
                .begin()
                .text("t", text)
                .text("none", null)
                .number("n", -7)
                .endLine();
        var json = JsonMapper.shared().readTree(bytes);

        assertThat(json.get("t").asString()).isEqualTo(text);
        assertThat(json.has("none")).isFalse();
        assertThat(json.get("n").asInt()).isEqualTo(-7);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1).chars())
                .allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f));
    }
}
