package io.gatehouse.proxy.http.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class CheckedFieldTest {
    @Test
    void noControlCharacterPassesWhereverItStands() {
        for (int length = 1; length <= 20; length++) {
            for (int at = 0; at < length; at++) {
                for (int c = 0; c < 256; c++) {
                    var bytes = new byte[length];
                    Arrays.fill(bytes, (byte) 'v');
                    bytes[at] = (byte) c;
                    var given = new AsciiString(bytes, false);
                    var text = new String(bytes, StandardCharsets.ISO_8859_1);
                    if ((c >= 0x20 && c != 0x7f) || c == '\t') {
                        assertThat(CheckedField.value(given)).isSameAs(given);
                        assertThat(CheckedField.value(text)).isEqualTo(text);
                    } else {
                        assertThatIllegalArgumentException().isThrownBy(() -> CheckedField.value(given));
                        assertThatIllegalArgumentException().isThrownBy(() -> CheckedField.value(text));
                    }
                }
            }
        }
    }

    @Test
    void onlyTheWindowOfTheArrayIsJudged() {
        var bytes = "\rgood value\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(CheckedField.value(new AsciiString(bytes, 1, bytes.length - 2, false)))
                .hasToString("good value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CheckedField.value(new AsciiString(bytes, 1, bytes.length - 1, false)));
    }

    @Test
    void nothingBeyondLatin1Passes() {
        assertThatIllegalArgumentException().isThrownBy(() -> CheckedField.value("snow \u2603"));
    }

    @Test
    void namesComeBackInLowerCaseEveryTime() {
        var usual = AsciiString.of("Content-Type");
        var own = AsciiString.of("X-Gateway");
        for (int i = 0; i < 3; i++) {
            assertThat(CheckedField.name(usual).toString()).isEqualTo("content-type");
            assertThat(CheckedField.name(own).toString()).isEqualTo("x-gateway");
            assertThat(CheckedField.name("X-Other").toString()).isEqualTo("x-other");
        }
    }

    @Test
    void noNameThatIsNoTokenPassesTheSecondTimeEither() {
        for (var name : new String[] {"", "a b", "a:", "a\r\nb", "\u00e4"}) {
            var given = new AsciiString(name.getBytes(StandardCharsets.ISO_8859_1), false);
            for (int i = 0; i < 2; i++) {
                assertThatIllegalArgumentException().as(name).isThrownBy(() -> CheckedField.name(given));
            }
        }
    }
}
