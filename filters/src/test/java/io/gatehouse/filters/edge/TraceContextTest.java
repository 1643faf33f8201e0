package io.gatehouse.filters.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @ParameterizedTest
    @ValueSource(strings = {"00-" + TRACE + "-" + SPAN + "-01", "42-" + TRACE + "-" + SPAN + "-03-more"})
    void readsWhatIsWellFormed(String header) {
        assertThat(TraceContext.of(List.of(header).iterator())).isEqualTo(new TraceContext(TRACE, SPAN, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-0",
                "00-" + TRACE + "-" + SPAN + "-01-",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "42-" + TRACE + "-" + SPAN + "-01.more",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "0g-" + TRACE + "-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00_" + TRACE + "-" + SPAN + "-01",
                " 00-" + TRACE + "-" + SPAN + "-01"
            })
    void takesNothingElse(String header) {
        assertThat(TraceContext.of(List.of(header).iterator())).isNull();
    }

    @Test
    void takesOneHeaderOnly() {
        var header = "00-" + TRACE + "-" + SPAN + "-01";
        assertThat(TraceContext.of(List.of(header, header).iterator())).isNull();
        assertThat(TraceContext.of(List.<String>of().iterator())).isNull();
    }

    @Test
    void writesWhatItReads() {
        var header = "00-" + TRACE + "-" + SPAN + "-00";
        var read = Objects.requireNonNull(TraceContext.of(List.of(header).iterator()));
        assertThat(read.header()).isEqualTo(header);
    }
}
