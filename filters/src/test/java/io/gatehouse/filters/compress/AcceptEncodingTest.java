package io.gatehouse.filters.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.message.FlatHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptEncodingTest {
    private static boolean prefersGzip(String value) {
        var headers = new FlatHeaders();
        for (var line : value.split("\\|", -1)) {
            headers.add((CharSequence) "accept-encoding", line);
        }
        return AcceptEncoding.prefersGzip(headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZip",
                "x-gzip",
                "gzip, deflate, br, zstd",
                "br;q=1.0, gzip;q=0.8, *;q=0.1",
                "*",
                "identity;q=0.5, *;q=0.5",
                "deflate|gzip",
                "gzip;q=0.001",
                "gzip ; Q=1.000",
                "br, identity;q=0, gzip;q=0.5"
            })
    void isPreferred(String value) {
        assertThat(prefersGzip(value)).as(value).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "br",
                "identity",
                "gzip;q=0",
                "gzip;q=0.000",
                "gzip;q=0, *",
                "*;q=0",
                "gzip;q=0.5, identity",
                "gzip;q=0.5, identity;q=0.6",
                "gzip;q=",
                "gzip;q=1.5",
                "gzip;q=0.5555",
                "gzip;q=-1",
                "gzip;q=x",
                "gzip;x=1",
                "gzipped",
                "gzip|gzip;q=0"
            })
    void isNotPreferred(String value) {
        assertThat(prefersGzip(value)).as(value).isFalse();
    }

    /** At the square of its length this would take minutes. */
    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void isReadInTimeThatGrowsWithItsLength() {
        assertThat(prefersGzip("a,".repeat(2_000_000) + "gzip")).isTrue();
    }
}
