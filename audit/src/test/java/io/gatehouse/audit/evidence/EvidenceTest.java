package io.gatehouse.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.audit.file.AuditReader;
import io.gatehouse.audit.file.AuditSettings;
import io.gatehouse.audit.file.FileAuditLog;
import io.gatehouse.audit.merkle.SigningKey;
import io.gatehouse.audit.testing.Events;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
    @TempDir
    private Path root;

    private AuditReader reader;

    @BeforeEach
    void record() throws IOException {
        try (var log = FileAuditLog.open(AuditSettings.of(root.resolve("audit"), "node-1"))) {
            for (int i = 0; i < 600; i++) {
                log.offer(Events.decision(i));
            }
            for (var event : Events.approved("the-approval", "req-42x")) {
                log.append(event).block();
            }
        }
        reader = new AuditReader(root.resolve("audit"));
    }

    @Test
    void verifiesWithNothingButTheBundleAndTheKey() throws IOException {
        var subjects = Map.of(Subject.approval("the-approval"), 7, Subject.request("req-42x"), 3);
        for (var subject : subjects.entrySet()) {
            var bundle = Evidence.collect(reader, subject.getKey());
            assertThat(bundle.events()).isEqualTo(subject.getValue());
            assertThat(bundle.uncovered()).isZero();
            var found = EvidenceVerifier.verify(bundle.json(), Optional.of(reader.key()));
            assertThat(found.faults()).isEmpty();
            assertThat(found.keyGiven()).isTrue();
            assertThat(found.events()).hasSize(subject.getValue()).allMatch(event -> event.contains("the-approval"));
        }
        assertThat(Evidence.collect(reader, Subject.request("req-42")).events()).isEqualTo(1);
        assertThat(Evidence.collect(reader, Subject.request("none")).events()).isZero();
    }

    @Test
    void saysWhenItTrustedTheKeyInsideTheBundle() throws IOException {
        var bundle = Evidence.collect(reader, Subject.approval("the-approval"));
        assertThat(EvidenceVerifier.verify(bundle.json(), Optional.empty()))
                .matches(EvidenceVerifier.Result::good)
                .matches(found -> !found.keyGiven());
    }

    @Test
    void isNotVerifiedWithTheKeyOfAnotherLog() throws IOException {
        var bundle = Evidence.collect(reader, Subject.approval("the-approval"));
        var other = SigningKey.generate("example.com/other").verifier();
        assertThat(EvidenceVerifier.verify(bundle.json(), Optional.of(other)).good())
                .isFalse();
    }

    @Test
    void findsEveryTampering() throws IOException {
        String json = Evidence.collect(reader, Subject.approval("the-approval")).json();
        var random = new Random(20_261_122);
        for (int i = 0; i < 300; i++) {
            int at = random.nextInt(json.length());
            char was = json.charAt(at);
            if (was == ' ' || was == '\n') {
                continue; // the space between the JSON's tokens says nothing
            }
            char other = (char) (was ^ (1 << random.nextInt(6)));
            if (other == was || (was == '\\' && other == '\\')) {
                continue;
            }
            String changed = random.nextBoolean()
                    ? json.substring(0, at) + other + json.substring(at + 1)
                    : json.substring(0, at) + json.substring(at + 1);
            assertThat(EvidenceVerifier.verify(changed, Optional.empty()).good())
                    .as("character %s", at)
                    .isFalse();
        }
    }
}
