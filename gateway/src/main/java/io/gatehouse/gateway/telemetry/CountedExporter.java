package io.gatehouse.gateway.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Counts what became of the spans that were handed over; what the queue dropped is what is missing to those recorded. */
final class CountedExporter implements SpanExporter {
    private final SpanExporter exporter;
    private final Counter sent;
    private final Counter failed;

    CountedExporter(SpanExporter exporter, MeterRegistry meters) {
        this.exporter = exporter;
        this.sent = meters.counter("gatehouse.spans", "result", "sent");
        this.failed = meters.counter("gatehouse.spans", "result", "failed");
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        var result = exporter.export(spans);
        return result.whenComplete(() -> (result.isSuccess() ? sent : failed).increment(count));
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
