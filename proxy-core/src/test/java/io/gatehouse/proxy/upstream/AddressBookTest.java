package io.gatehouse.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddressBookTest {
    private static final EjectionConfig EJECTION =
            new EjectionConfig(1, Duration.ofMinutes(1), Duration.ofMinutes(5), false);

    private final AddressBook book =
            new AddressBook(List.of(TargetAddress.of(URI.create("http://orders.example:8080"), 1)), EJECTION);

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Set<InetAddress> addresses(int... last) {
        var all = new LinkedHashSet<InetAddress>();
        IntStream.of(last).mapToObj(AddressBookTest::address).forEach(all::add);
        return all;
    }

    @Test
    void keepsWhatIsKnownOfAnAddressWhenOthersComeAndGo() {
        assertThat(book.resolved(0, addresses(1, 2))).isTrue();
        var first = book.endpoints().getFirst();
        var second = book.endpoints().getLast();
        assertThat(second.failed()).isTrue();
        assertThat(book.resolved(0, addresses(3, 2, 1))).isTrue();
        assertThat(book.endpoints()).hasSize(3).startsWith(first, second);
        assertThat(second.isEjected()).isTrue();
        assertThat(book.endpoints()).extracting(Endpoint::weight).containsOnly(3_333);
        assertThat(book.resolved(0, addresses(2, 1))).isTrue();
        assertThat(book.endpoints()).containsExactly(first, second);
        assertThat(second.isEjected()).isTrue();
        assertThat(book.endpoints()).extracting(Endpoint::weight).containsOnly(5_000);
    }

    @Test
    void usesTheSameOfManyAddressesInWhateverOrderTheyCome() {
        var many = new ArrayList<>(addresses(IntStream.rangeClosed(1, 80).toArray()));
        assertThat(book.resolved(0, new LinkedHashSet<>(many))).isTrue();
        var before = book.endpoints();
        assertThat(before).hasSize(64);
        for (int i = 0; i < many.size(); i++) {
            Collections.rotate(many, 1);
            assertThat(book.resolved(0, new LinkedHashSet<>(many))).isFalse();
        }
        assertThat(book.endpoints()).isSameAs(before);
    }

    @Test
    void keepsWhatItKnowsWhereANameMeansNothing() {
        book.resolved(0, addresses(1));
        var before = book.endpoints();
        assertThat(book.resolved(0, Set.of())).isFalse();
        assertThat(book.endpoints()).isSameAs(before);
    }
}
