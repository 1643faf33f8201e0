package io.gatehouse.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.ConfigError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Errors of a configuration into which a secret was put where none belongs. */
class InsertionsTest {
    @Test
    void noErrorRepeatsWhatWasPutIn() {
        var secret = "s3cret-of-nobody-4711";
        var text = """
                version: 1
                server: { listeners: [{ name: public, address: "${SECRET}" }] }
                policies: { files: ["${SECRET}"] }
                upstreams: { orders: { targets: [http://127.0.0.1:9000] } }
                routes:
                  - { name: a, match: { path: "${SECRET}", hosts: ["${SECRET}"] }, filters: ["${SECRET}"], to: "${SECRET}" }
                """;
        var outcome = TestSource.SOURCE.load(Path.of("gatehouse.yaml"), text, Map.of("SECRET", secret));
        assertThat(outcome).isInstanceOf(ConfigOutcome.Refused.class);
        List<ConfigError> errors = ((ConfigOutcome.Refused) outcome).errors();
        assertThat(errors).hasSizeGreaterThan(3);
        assertThat(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")))
                .doesNotContain(secret)
                .contains("***");
    }
}
