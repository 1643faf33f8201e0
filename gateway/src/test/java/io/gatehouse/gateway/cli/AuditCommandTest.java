package io.gatehouse.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.Details;
import io.gatehouse.audit.file.AuditSettings;
import io.gatehouse.audit.file.FileAuditLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

class AuditCommandTest {
    @TempDir
    private Path root;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void record() throws IOException {
        try (var log = FileAuditLog.open(AuditSettings.of(root.resolve("audit"), "node-1"))) {
            log.append(event(AuditKind.DECISION, "req-1", "approval-1")).block();
            log.append(event(AuditKind.APPROVAL, "req-1", "approval-1")).block();
            log.append(event(AuditKind.DECISION, "req-2", "approval-2")).block();
        }
    }

    private static AuditEvent event(AuditKind kind, String request, String approval) {
        return new AuditEvent(
                1_790_000_000_000L,
                kind,
                "default",
                request,
                "client:robot",
                "http:POST",
                "/refunds\u001b[2J\u202e\u009b",
                "permit",
                "p",
                "1",
                approval,
                null,
                0,
                -1,
                null,
                null,
                null,
                Details.NONE);
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(new AuditCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    private String folder() {
        return root.resolve("audit").toString();
    }

    @Test
    void listsWhatMatchesWithoutControlCharacters() {
        assertThat(run("list", "--folder", folder(), "--kind", "decision")).isZero();
        assertThat(out.toString())
                .contains("/refunds<U+001B>[2J<U+202E><U+009B>")
                .contains("approval-1", "approval-2");
        assertThat(run("list", "--folder", folder(), "--request", "req-1", "--output", "json"))
                .isZero();
        assertThat(out.toString())
                .startsWith("[{\"index\":0,")
                .contains("\"kind\":\"approval\"")
                .doesNotContain("req-2");
        assertThat(run("list", "--folder", folder(), "--limit", "1", "--output", "json"))
                .isZero();
        assertThat(out.toString()).startsWith("[{\"index\":2,");
        assertThat(run("list", "--folder", folder(), "--since", "1h", "--output", "json"))
                .isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("[]");
    }

    @Test
    void jsonIsAscii() {
        assertThat(run("list", "--folder", folder(), "--output", "json")).isZero();

        assertThat(out.toString()).contains("\\u202E").matches("[ -~\n]+");
    }

    @Test
    void evidenceWaitsForTheCheckpointOfTheNewestEvents() throws Exception {
        var bundle = root.resolve("bundle.json");
        try (var log = FileAuditLog.open(
                AuditSettings.of(root.resolve("audit"), "node-1").withCheckpoint(Duration.ofMillis(700)))) {
            log.append(event(AuditKind.OUTCOME, "req-1", "approval-1")).block();

            assertThat(run("evidence", "--approval", "approval-1", "--folder", folder(), "-o", bundle.toString()))
                    .isZero();
        }

        assertThat(out.toString()).contains("3 events written");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void answersTwoToWrongUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("list", "--kind", "nonsense")).isEqualTo(2);
        assertThat(run("list", "--since", "yesterday")).isEqualTo(2);
        assertThat(run("evidence", "-o", "x")).isEqualTo(2);
        assertThat(run("verify", root.resolve("none").toString())).isEqualTo(2);
        assertThat(run("verify", folder(), "--key", "a+b")).isEqualTo(2);
    }

    @Test
    void verifiesAFolderAndNamesTheFault() throws IOException {
        assertThat(run("verify", folder())).isZero();
        assertThat(out.toString())
                .contains("3 events, 3 covered by", "found in the folder itself", "use --key", "verified");
        String key = Files.readString(root.resolve("audit/log.vkey")).strip();
        assertThat(run("verify", folder(), "--key", key)).isZero();
        assertThat(out.toString()).contains("(given with --key)");
        var segment = root.resolve("audit/segments/00000000000000000000.seg");
        byte[] content = Files.readAllBytes(segment);
        content[content.length - 10] ^= 1;
        Files.write(segment, content);
        assertThat(run("verify", folder())).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "fault: segments/00000000000000000000.seg: index 2: offset",
                        "NOT verified: 1 fault" + System.lineSeparator());
    }

    @Test
    void writesEvidenceThatVerifies() throws IOException {
        String bundle = root.resolve("bundle.json").toString();
        assertThat(run("evidence", "--request", "req-1", "--folder", folder(), "-o", bundle))
                .isZero();
        assertThat(out.toString()).contains("2 events written");
        assertThat(run("verify", bundle, "--key", root.resolve("audit/log.vkey").toString()))
                .isZero();
        assertThat(out.toString())
                .contains("TIME", "PRINCIPAL", "client:robot", "/refunds<U+001B>[2J", "verified: 2 events")
                .doesNotContain("\u001b", "{\"");
        assertThat(run("verify", bundle, "--output", "json")).isZero();
        var result = JsonMapper.shared().readTree(out.toString());
        assertThat(result.get("verified").asBoolean()).isTrue();
        assertThat(result.get("events").get(0).get("requestId").asString()).isEqualTo("req-1");
        assertThat(out.toString().codePoints().filter(point -> point != '\n'))
                .allMatch(point -> point >= ' ' && point < 0x7f);
        assertThat(run("verify", bundle)).isZero();
        assertThat(out.toString()).contains("found in the bundle itself");
        Files.writeString(Path.of(bundle), Files.readString(Path.of(bundle)).replace("req-1", "req-9"));
        assertThat(run("verify", bundle)).isEqualTo(1);
        assertThat(run("evidence", "--request", "none", "--folder", folder(), "-o", bundle))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no event about `none`");
    }
}
