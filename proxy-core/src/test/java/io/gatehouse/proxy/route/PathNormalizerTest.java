package io.gatehouse.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathNormalizerTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/a//b///c, /a/b/c",
        "/a/./b/../c, /a/c",
        "/a/b/.., /a/",
        "/a/., /a/",
        "/a/b/../.., /",
        "/%61%2D%7e, /a-~",
        "/a%20b%c3%a4, /a%20b%C3%A4",
        "/a/%2e%2E/b, /b",
        "/..a/.b/c.., /..a/.b/c..",
        "//a, /a",
        "/100%25, /100%25"
    })
    void bringsPathsIntoOneForm(String path, String normal) {
        assertThat(PathNormalizer.normalize(path)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/a/../..",
                "/%2e%2e/a",
                "/a%2fb",
                "/a%2Fb",
                "/a%5Cb",
                "/a\\b",
                "/a%00",
                "/a%1f",
                "/a%7F",
                "/a%",
                "/a%4",
                "/a%zz",
                "/a/..;/b",
                "/a/.;x/b",
                "/a;x",
                "/a%3Bx/b"
            })
    void refusesWhatTwoServersCouldReadDifferently(String path) {
        assertThatThrownBy(() -> PathNormalizer.normalize(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void normalFormStaysAsItIs() {
        var random = new Random(1);
        var alphabet = "/.%2eEfF5cCab;~";
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            var path = new StringBuilder("/");
            for (int k = random.nextInt(12); k > 0; k--) {
                path.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String normal;
            try {
                normal = PathNormalizer.normalize(path.toString());
            } catch (IllegalArgumentException refused) {
                continue;
            }
            accepted++;
            assertThat(PathNormalizer.normalize(normal)).isEqualTo(normal);
            assertThat(normal).startsWith("/").doesNotContain("//", "/./", "/../", "\\", "%2f", "%2F");
        }
        assertThat(accepted).isGreaterThan(1000);
    }
}
