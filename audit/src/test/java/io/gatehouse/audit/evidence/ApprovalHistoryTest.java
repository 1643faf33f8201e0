package io.gatehouse.audit.evidence;

import static io.gatehouse.audit.testing.Events.step;
import static io.gatehouse.audit.testing.Events.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.audit.AuditEvent;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.file.AuditReader;
import io.gatehouse.audit.file.AuditSettings;
import io.gatehouse.audit.file.FileAuditLog;
import io.gatehouse.audit.testing.Events;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApprovalHistoryTest {
    private static final String APPROVAL = "apr_1";
    private static final List<AuditEvent> WHOLE = Events.approved(APPROVAL, "req-use");

    @TempDir
    private Path root;

    private int logs;

    /** The faults of a bundle that holds these events and is sound otherwise. */
    private List<String> faults(List<AuditEvent> events) throws IOException {
        var folder = root.resolve("audit-" + logs++);
        try (var log = FileAuditLog.open(AuditSettings.of(folder, "node-1"))) {
            for (var event : events) {
                log.append(event).block();
            }
        }
        var reader = new AuditReader(folder);
        var bundle = Evidence.collect(reader, Subject.approval(APPROVAL));
        assertThat(bundle.events()).isEqualTo(events.size());
        return EvidenceVerifier.verify(bundle.json(), Optional.of(reader.key())).faults();
    }

    private static List<AuditEvent> changed(int place, AuditEvent event) {
        var events = new ArrayList<>(WHOLE);
        events.set(place, event);
        return events;
    }

    @Test
    void takesEveryWholeStory() throws IOException {
        var opened = WHOLE.getFirst();
        assertThat(faults(WHOLE)).isEmpty();
        assertThat(faults(List.of(opened, step(APPROVAL, null, 2, "approval.deny", "rejected"))))
                .isEmpty();
        assertThat(faults(List.of(opened, step(APPROVAL, null, 2, "approval.expire", "expired"))))
                .isEmpty();
        assertThat(faults(List.of(opened, step(APPROVAL, null, 2, "approval.withdraw", "cancelled"))))
                .isEmpty();
        assertThat(faults(List.of(opened, step(APPROVAL, null, 2, "approval.supersede", "cancelled"))))
                .isEmpty();
        var lost = new ArrayList<>(WHOLE.subList(0, 4));
        lost.add(step(APPROVAL, null, 5, "approval.lose", "outcome_unknown"));
        assertThat(faults(lost)).isEmpty();
        var returned = new ArrayList<>(WHOLE.subList(0, 4));
        returned.add(step(APPROVAL, null, 5, "approval.return", "approved"));
        returned.add(step(APPROVAL, null, 6, "approval.expire", "expired"));
        assertThat(faults(returned)).isEmpty();
    }

    @Test
    void takesAStepThatWasRecordedTwice() throws IOException {
        var events = new ArrayList<>(WHOLE);
        events.add(4, WHOLE.get(3));
        assertThat(faults(events)).isEmpty();
        events.set(4, with(WHOLE.get(3), "reason", "another"));
        assertThat(faults(events)).singleElement().asString().contains("index 4", "version 4 differs");
    }

    @Test
    void findsWhatIsLeftOut() throws IOException {
        var expected = List.of(
                "index 0: expected version 1 of the approval, got `2`",
                "index 1: expected version 2 of the approval, got `3`",
                "index 2: expected version 3 of the approval, got `4`",
                "index 3: the use of the approval by this request is missing",
                "index 3: the decision on request `req-use`, which used the approval, is missing",
                "index 3: the outcome of request `req-use`, which used the approval, is missing",
                "index 3: is the last step and leaves the approval `executing`");
        for (int i = 0; i < WHOLE.size(); i++) {
            var events = new ArrayList<>(WHOLE);
            events.remove(i);
            assertThat(faults(events)).as("without %s", i).isNotEmpty();
            assertThat(String.join("\n", faults(events))).as("without %s", i).contains(expected.get(i));
        }
        assertThat(faults(WHOLE.subList(4, 6))).contains("approval: the bundle holds none of its steps");
    }

    @Test
    void findsStepsInAnotherOrder() throws IOException {
        for (int i : new int[] {0, 1, 2}) {
            var events = new ArrayList<>(WHOLE);
            events.add(i, events.remove(i + 1));
            assertThat(faults(events)).as("swapped at %s", i).isNotEmpty();
        }
    }

    @Test
    void findsStepsThatDisagree() throws IOException {
        for (int i : new int[] {0, 1, 2, 3, 6}) {
            for (var name : List.of("request_digest", "decision_digest", "requester", "route")) {
                assertThat(faults(changed(i, with(WHOLE.get(i), name, "ef".repeat(32)))))
                        .as("%s of %s", name, i)
                        .anyMatch(fault -> fault.endsWith(name + " differs from that of the first step"));
            }
        }
        assertThat(faults(changed(4, with(WHOLE.get(4), "request_digest", "ef".repeat(32)))))
                .containsExactly("event of index 4: was decided on another request than the one that was approved");
        assertThat(faults(changed(4, with(WHOLE.get(4), "route", "else"))))
                .containsExactly("event of index 4: tenant, principal or route differ from those of the approval");
    }

    @Test
    void findsStepsThatTheStateMachineDoesNotHave() throws IOException {
        assertThat(faults(changed(2, step(APPROVAL, null, 3, "approval.approve", "executing"))))
                .contains("event of index 2: `approval.approve` cannot lead from `pending_approval` to `executing`");
        assertThat(faults(changed(6, step(APPROVAL, null, 5, "approval.undo", "succeeded"))))
                .contains("event of index 6: `approval.undo` cannot lead from `executing` to `succeeded`");
        assertThat(faults(changed(2, with(WHOLE.get(2), "version", "3 "))))
                .contains("event of index 2: expected version 3 of the approval, got `3 `");
    }

    @Test
    void findsVotesThatDoNotCount() throws IOException {
        var own = with(step(APPROVAL, null, 3, "approval.approve", "approved"), "requester", "client:approver-3");
        assertThat(faults(changed(2, own))).contains("event of index 2: the requester votes on the own request");
        var twice = with(step(APPROVAL, null, 2, "approval.approve", "approved"), "version", "3");
        assertThat(faults(changed(2, twice)))
                .contains("event of index 2: a vote of nobody, or a second one of the same person");
    }

    @Test
    void findsEventsThatAreNoPartOfAnApproval() throws IOException {
        var events = new ArrayList<>(WHOLE);
        events.add(Events.run(APPROVAL, "req-use", AuditKind.LIFECYCLE));
        assertThat(faults(events)).containsExactly("event of index 7: is no part of an approval");
    }
}
