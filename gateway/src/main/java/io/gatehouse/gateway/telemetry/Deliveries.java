package io.gatehouse.gateway.telemetry;

import io.gatehouse.proxy.SparseLog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a collector took and what it did not; one that is away is worth a line now and then. Any thread. */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final long SILENCE_MINUTES = 10;
    private static final int LONGEST = 200;

    private final String what;
    private final String address;
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final SparseLog away = new SparseLog(1, TimeUnit.MINUTES.toNanos(SILENCE_MINUTES));

    /** {@code what} is what people call it, such as spans. */
    Deliveries(String what, String address) {
        this.what = what;
        this.address = address;
    }

    /** Shows them as a counter of this name, with the label {@code result}. */
    void show(MeterRegistry meters, String name) {
        FunctionCounter.builder(name, sent, LongAdder::sum)
                .tags("result", "sent")
                .register(meters);
        FunctionCounter.builder(name, failed, LongAdder::sum)
                .tags("result", "failed")
                .register(meters);
    }

    void sent(int count) {
        sent.add(count);
    }

    void failed(int count, @Nullable Throwable cause) {
        failed.add(count);
        away.write(more -> LOG.warn("{} cannot be sent to {}: {}{}", what, address, said(cause), more));
    }

    /** What went wrong first, as far as it has words, in one line: an answer of the collector may be part of it. */
    private static String said(@Nullable Throwable failure) {
        var said = failure == null ? "no reason was given" : failure.getClass().getSimpleName();
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                said = cause.getClass().getSimpleName() + ": " + cause.getMessage();
            }
        }
        var line = said.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
