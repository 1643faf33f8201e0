package io.gatehouse.gateway.telemetry;

import io.micrometer.registry.otlp.OtlpMetricsSender;

/** Tells what became of the metrics that were sent, in place of the registry, which would log a stack trace each time. */
record CountedSender(OtlpMetricsSender sender, Deliveries deliveries) implements OtlpMetricsSender {
    @Override
    public void send(Request request) {
        try {
            sender.send(request);
            deliveries.sent(1);
        } catch (Exception failure) {
            deliveries.failed(1, failure);
        }
    }
}
