package io.gatehouse.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.client.RefusalCorpus;
import io.gatehouse.proxy.http.message.ChunksFuzz;
import io.gatehouse.proxy.http.message.RequestHeadFuzz;
import io.gatehouse.proxy.http.origin.ForwardersFuzz;
import io.gatehouse.proxy.http.origin.ProxyHeaderFuzz;
import io.gatehouse.proxy.http.origin.ProxyHeaderTest;
import io.gatehouse.proxy.http.origin.ProxyHeaderTest.Good;
import io.gatehouse.proxy.route.PathFuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The fuzz targets on their seeds, and on seeds that are changed a little: what a fuzzer found once is added to them. The seeds are
 * left in {@code target/fuzz-seeds} for {@code checks/fuzz} to begin with.
 */
class FuzzSeedsTest {
    private static final int CHANGES = 20;
    private static final String LONGEST_CHUNK_LINE = "5;" + "x".repeat(262) + "\r\nhello\r\n0\r\n\r\n";

    @TestFactory
    Stream<DynamicTest> standsOn() {
        var requests = Stream.concat(RefusalCorpus.refused(), RefusalCorpus.clear())
                .map(RefusalCorpus.Sent::bytes)
                .filter(bytes -> bytes.length() < 3000)
                .toList();
        return Stream.of(
                target(
                        "PathFuzz",
                        PathFuzz::fuzzerTestOneInput,
                        requests.stream().map(FuzzSeedsTest::path).toList()),
                target("RequestHeadFuzz", RequestHeadFuzz::fuzzerTestOneInput, requests),
                target(
                        "ChunksFuzz",
                        ChunksFuzz::fuzzerTestOneInput,
                        Stream.concat(requests.stream().map(FuzzSeedsTest::body), Stream.of(LONGEST_CHUNK_LINE))
                                .toList()),
                target(
                        "ProxyHeaderFuzz",
                        ProxyHeaderFuzz::fuzzerTestOneInput,
                        ProxyHeaderTest.good().map(Good::header).toList()),
                target(
                        "ForwardersFuzz",
                        ForwardersFuzz::fuzzerTestOneInput,
                        List.of(
                                "192.0.2.1, 10.0.0.9",
                                "for=192.0.2.1;proto=https;by=10.0.0.1",
                                "for=\"[2001:db8::1]:80\", for=10.0.0.2",
                                "[::1]:80, ::1, 192.0.2.1:8080",
                                "unknown, _hidden, for=\"_x\"",
                                ",, ,",
                                "for=\"a, b\";host=\"c;d\"",
                                "for=\"\\\"\", \"for=10.0.0.1\"",
                                "for=192.0.2.1;for=192.0.2.2")));
    }

    private static String path(String request) {
        int slash = request.indexOf('/');
        int end = slash < 0 ? -1 : request.indexOf(' ', slash);
        return end < 0 ? "" : request.substring(slash + 1, end);
    }

    private static String body(String request) {
        int end = request.indexOf("\r\n\r\n");
        return end < 0 ? "" : request.substring(end + 4);
    }

    private static DynamicTest target(String name, Consumer<byte[]> target, List<String> seeds) {
        return DynamicTest.dynamicTest(name, () -> {
            var random = new Random(name.hashCode());
            var folder = Files.createDirectories(Path.of("target", "fuzz-seeds", name));
            for (int i = 0; i < seeds.size(); i++) {
                var seed = seeds.get(i).getBytes(StandardCharsets.ISO_8859_1);
                keep(folder.resolve("seed-" + i), seed);
                target.accept(seed);
                for (int k = 0; k < CHANGES && seed.length > 0; k++) {
                    var changed = seed.clone();
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                    target.accept(changed);
                }
            }
            assertThat(folder).isNotEmptyDirectory();
        });
    }

    private static void keep(Path file, byte[] seed) throws IOException {
        Files.write(file, seed);
    }
}
