package io.gatehouse.gateway;

import io.gatehouse.approvals.Approvals;
import io.gatehouse.audit.AuditLog;
import io.gatehouse.proxy.filter.Services;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/** What the factories of filters and engines may use in this gateway. */
record AssemblyServices(InstantSource clock, MeterRegistry meters, Approvals approvals, AuditLog audit)
        implements Services {
    @Override
    public <T> T require(Class<T> port) {
        if (port.isInstance(approvals)) {
            return port.cast(approvals);
        }
        if (port.isInstance(audit)) {
            return port.cast(audit);
        }
        throw new IllegalArgumentException("this gateway offers no " + port.getSimpleName());
    }
}
