package io.gatehouse.audit.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    /** From the documentation of Go's package golang.org/x/mod/sumdb/note. */
    private static final String GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private static final String GO_NOTE = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.
            """;
    private static final String GO_SIGNATURE =
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

    @Test
    void readsTheKeysAndSignaturesOfGosNotePackage() {
        var key = VerifierKey.parse(GO_KEY);
        assertThat(key).hasToString(GO_KEY);
        byte[] signature = StrictBase64.decode(GO_SIGNATURE);
        byte[] bare = Arrays.copyOfRange(signature, 4, signature.length);
        assertThat(key.verifies(GO_NOTE.getBytes(StandardCharsets.UTF_8), bare)).isTrue();
        assertThat(key.verifies("other".getBytes(StandardCharsets.UTF_8), bare)).isFalse();
    }

    @Test
    void isOpenedWithItsKeyOnly() {
        var key = SigningKey.generate("example.com/log");
        var signed = Checkpoint.sign(key, 7, new byte[32]);
        assertThat(Checkpoint.open(signed.note(), key.verifier())).isEqualTo(signed);
        var other = SigningKey.generate("example.com/log").verifier();
        assertThatThrownBy(() -> Checkpoint.open(signed.note(), other)).hasMessageContaining("no signature of key");
        assertThatThrownBy(() -> Checkpoint.open(signed.note().replace("\n7\n", "\n8\n"), key.verifier()))
                .hasMessageContaining("is not of key");
    }

    @Test
    void letsTheSignaturesOfWitnessesBe() {
        var key = SigningKey.generate("example.com/log");
        var signed = Checkpoint.sign(key, 7, new byte[32]);
        String cosigned = signed.note() + "\u2014 witness.example AAAAAAAA\n";
        assertThat(Checkpoint.open(cosigned, key.verifier()).size()).isEqualTo(7);
    }

    @Test
    void everyChangedCharacterOfANoteIsFound() {
        var key = SigningKey.generate("example.com/log");
        String note = Checkpoint.sign(key, 7, new byte[32]).note();
        for (int i = 0; i < note.length(); i++) {
            String changed = note.substring(0, i) + (char) (note.charAt(i) ^ 1) + note.substring(i + 1);
            assertThatThrownBy(() -> Checkpoint.open(changed, key.verifier()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void writesKeysThatItReadsAgain() {
        var key = SigningKey.generate("example.com/log");
        assertThat(key).hasToString("***");
        var again = SigningKey.parse(key.export());
        assertThat(again.verifier()).isEqualTo(key.verifier());
        assertThat(Checkpoint.open(Checkpoint.sign(again, 1, new byte[32]).note(), key.verifier())
                        .size())
                .isEqualTo(1);
        String mixed = key.export().lines().findFirst().orElseThrow() + "\n"
                + SigningKey.generate("example.com/log").verifier() + "\n";
        assertThatThrownBy(() -> SigningKey.parse(mixed)).isInstanceOf(IllegalArgumentException.class);
    }
}
