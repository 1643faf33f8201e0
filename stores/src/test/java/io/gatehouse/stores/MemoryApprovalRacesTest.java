package io.gatehouse.stores;

import io.gatehouse.approvals.ApprovalRacesContract;
import io.gatehouse.approvals.ApprovalStore;

class MemoryApprovalRacesTest extends ApprovalRacesContract {
    @Override
    protected ApprovalStore newStore() {
        return new MemoryApprovalStore();
    }
}
