package io.gatehouse.stores;

import io.gatehouse.approvals.ApprovalStepsContract;
import io.gatehouse.approvals.ApprovalStore;

class MemoryApprovalStepsTest extends ApprovalStepsContract {
    @Override
    protected ApprovalStore newStore() {
        return new MemoryApprovalStore();
    }
}
