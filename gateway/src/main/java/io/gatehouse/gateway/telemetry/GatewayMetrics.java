package io.gatehouse.gateway.telemetry;

import io.gatehouse.proxy.http.DataPlane;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.ArrayList;

/** What an operator expects to see of a process besides its requests. */
public final class GatewayMetrics implements AutoCloseable {
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final MultiGauge certificates;
    private final DataPlane plane;

    private GatewayMetrics(Telemetry telemetry, DataPlane plane) {
        this.plane = plane;
        this.certificates = MultiGauge.builder("gatehouse.certificate.expiry")
                .description("when a listener's certificate, or the first of what leads to its authority, ends")
                .baseUnit("timestamp_seconds")
                .register(telemetry.meters());
    }

    /** Registers all of them. */
    public static GatewayMetrics register(Telemetry telemetry, DataPlane plane, String version, String transport) {
        var metrics = new GatewayMetrics(telemetry, plane);
        metrics.bind(telemetry.meters());
        Gauge.builder("gatehouse.build.info", () -> 1)
                .description("1; the labels say what runs")
                .tags("version", version, "java", Runtime.version().toString(), "transport", transport)
                .register(telemetry.meters());
        telemetry.show(new RequestDurations(plane::durations));
        return metrics;
    }

    private void bind(MeterRegistry meters) {
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        collections.bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator) {
            new NettyAllocatorMetrics(allocator).bindTo(meters);
        }
    }

    /** Looks again which certificates there are. */
    public void certificatesChanged() {
        var rows = new ArrayList<Row<?>>();
        plane.certificateEnds()
                .forEach((listener, ends) -> ends.forEach((file, end) -> {
                    var labels = Tags.of("listener", listener, "certificate", file);
                    rows.add(Row.of(labels, end.getEpochSecond()));
                }));
        certificates.register(rows, true);
    }

    @Override
    public void close() {
        collections.close();
    }
}
