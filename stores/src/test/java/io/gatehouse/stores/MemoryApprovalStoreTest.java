package io.gatehouse.stores;

import io.gatehouse.approvals.ApprovalStore;
import io.gatehouse.approvals.ApprovalStoreContract;

class MemoryApprovalStoreTest extends ApprovalStoreContract {
    @Override
    protected ApprovalStore newStore() {
        return new MemoryApprovalStore();
    }
}
