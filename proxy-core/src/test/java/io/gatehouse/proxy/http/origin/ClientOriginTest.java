package io.gatehouse.proxy.http.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.http.message.RequestHead;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a connection remembers of what its trusted proxy says. */
class ClientOriginTest {
    private static final AsciiString FOR = AsciiString.cached("x-forwarded-for");
    private static final AsciiString FORWARDED = AsciiString.cached("forwarded");

    private final ClientOrigin connection =
            new ClientOrigin(Networks.parse("trusted", List.of("10.0.0.0/8")), Address.parse("10.0.0.1"), null);

    private static RequestHead saying(AsciiString name, String... values) {
        var head = new RequestHead();
        for (var value : values) {
            head.forwarded(name, new String(value)); // as the parser does, a new one each time
        }
        return head;
    }

    private RequestOrigin of(RequestHead head) {
        return Objects.requireNonNull(connection.of(head));
    }

    @Test
    void readsWhatIsSaidAgainOnlyOnce() {
        var first = of(saying(FOR, "192.0.2.1"));
        assertThat(first.address()).isEqualTo("192.0.2.1");
        assertThat(of(saying(FOR, "192.0.2.1"))).isSameAs(first);
        assertThat(first.fields("a")).isSameAs(first.fields("a"));
    }

    /** A stranger writes what a proxy passes on: it must not fill the memory of all its connections. */
    @Test
    void remembersNothingLong() {
        var padded = "x".repeat(1024) + ", 192.0.2.1";
        var first = of(saying(FOR, padded));
        assertThat(first.address()).isEqualTo("192.0.2.1");
        assertThat(of(saying(FOR, padded))).isNotSameAs(first);
        var pieces = new String[] {"x".repeat(600), "x".repeat(600), "192.0.2.1"};
        assertThat(of(saying(FOR, pieces))).isNotSameAs(of(saying(FOR, pieces)));
    }

    @Test
    void takesNothingForTheSameThatDiffers() {
        assertThat(of(saying(FOR, "192.0.2.1")).address()).isEqualTo("192.0.2.1");
        assertThat(of(saying(FOR, "192.0.2.1", "192.0.2.2")).address()).isEqualTo("192.0.2.2");
        assertThat(of(saying(FORWARDED, "for=192.0.2.3")).address()).isEqualTo("192.0.2.3");
        assertThat(of(saying(FOR, "for=192.0.2.3")).address()).isEqualTo("10.0.0.1");
        assertThat(of(saying(FOR, "192.0.2.010")).address()).isEqualTo("10.0.0.1");
        assertThat(of(saying(FOR, "010.0.0.2")).address()).isEqualTo("10.0.0.1");
        assertThat(of(new RequestHead())).isSameAs(connection.direct());

        var contradicting = saying(FOR, "192.0.2.1");
        contradicting.forwarded(FORWARDED, "for=192.0.2.9");
        assertThat(connection.of(contradicting)).isNull();
        assertThat(of(saying(FOR, "192.0.2.1")).address()).isEqualTo("192.0.2.1");
    }
}
