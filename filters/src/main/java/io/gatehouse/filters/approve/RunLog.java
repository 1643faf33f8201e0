package io.gatehouse.filters.approve;

import io.gatehouse.approvals.Approvals;
import io.gatehouse.approvals.Approvals.Run;
import io.gatehouse.proxy.filter.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records how approved requests ended. One that cannot be recorded stays in use, and is shown as unknown after a restart. */
final class RunLog {
    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

    private final Approvals approvals;
    private final Counter unrecorded;

    RunLog(Approvals approvals, MeterRegistry meters) {
        this.approvals = approvals;
        this.unrecorded = meters.counter("gatehouse.approval.outcomes.unrecorded");
    }

    void record(String approval, Run run, String outcome) {
        var _ = approvals.finish(approval, run, outcome).subscribe(recorded -> {}, failure -> {
            unrecorded.increment();
            LOG.error("approval `{}` ended as {} ({}), which could not be recorded", approval, run, outcome, failure);
        });
    }

    /** Withdraws an approval whose requester has left. */
    void withdraw(String tenant, String requester, String approval) {
        var _ = approvals
                .withdraw(tenant, requester, approval)
                .subscribe(
                        withdrawn -> {},
                        failure ->
                                LOG.info("approval `{}` could not be withdrawn: {}", approval, failure.getMessage()));
    }

    /** What an end says of the run: only a whole answer of the target tells that it is over. */
    static Run run(Outcome outcome) {
        if (!outcome.forwarded()) {
            return Run.NOT_SENT;
        }
        return switch (outcome.cause()) {
            case SERVED, ANSWERED -> answered(outcome);
            case DENIED, CANCELLED, FAILED -> Run.UNKNOWN;
        };
    }

    private static Run answered(Outcome outcome) {
        int status = outcome.upstreamStatus() != 0 ? outcome.upstreamStatus() : outcome.status();
        if (status == 0) {
            return Run.UNKNOWN;
        }
        return status < 500 ? Run.SUCCEEDED : Run.FAILED;
    }
}
