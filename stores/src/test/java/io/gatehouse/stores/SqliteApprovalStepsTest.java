package io.gatehouse.stores;

import io.gatehouse.approvals.ApprovalStepsContract;
import io.gatehouse.approvals.ApprovalStore;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SqliteApprovalStepsTest extends ApprovalStepsContract {
    @RegisterExtension
    private final TestDatabase database = new TestDatabase();

    @TempDir
    private Path folder;

    @Override
    protected ApprovalStore newStore() {
        return new SqliteApprovalStore(database.open(folder));
    }
}
