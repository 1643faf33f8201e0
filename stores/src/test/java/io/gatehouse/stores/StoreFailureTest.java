package io.gatehouse.stores;

import static io.gatehouse.approvals.Samples.AGENT;
import static io.gatehouse.approvals.Samples.ANN;
import static io.gatehouse.approvals.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.ApprovalServiceFixture;
import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.approvals.ApprovalStore;
import io.gatehouse.approvals.Approvals.Use;
import io.gatehouse.approvals.Samples;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A store that takes no writes: every step is refused, nothing is lost, nothing runs. */
class StoreFailureTest extends ApprovalServiceFixture {
    @RegisterExtension
    private final TestDatabase database = new TestDatabase();

    @TempDir
    private Path folder;

    @Override
    protected ApprovalStore newStore() {
        return new SqliteApprovalStore(database.open(folder));
    }

    @Test
    void nothingMovesWhileTheStoreTakesNoWrites() {
        Approval granted = approved();
        Approval pending = open();
        database.get().write(sql -> sql.update("PRAGMA query_only = ON"));

        assertThatThrownBy(() -> use(granted)).isInstanceOf(DatabaseException.class);
        assertThatThrownBy(() -> vote(pending, ANN, true)).isInstanceOf(DatabaseException.class);
        assertThatThrownBy(() -> get(service.withdraw(TENANT, AGENT, pending.id())))
                .isInstanceOf(DatabaseException.class);
        assertThat(find(granted)).isEqualTo(granted);
        assertThat(find(pending)).isEqualTo(pending);
        assertThat(log.steps(granted.id())).hasSize(2);

        database.get().close();
        store = newStore();
        restart();
        assertThat(use(granted).state()).isEqualTo(ApprovalState.EXECUTING);
        assertThat(log.steps(granted.id())).hasSize(3);
    }

    @Test
    void aRowThatWasAlteredIsNotUsed() {
        Approval granted = approved();
        String other = "ba".repeat(32);
        database.get()
                .write(sql -> sql.update(
                        "UPDATE approvals SET request_digest = $2, draft = replace(draft, request_digest, $2) WHERE id = $1",
                        granted.id(),
                        other));

        assertRefused("approval_mismatch", () -> get(service.use(new Use(granted.id(), Samples.draft(other)))));
    }
}
