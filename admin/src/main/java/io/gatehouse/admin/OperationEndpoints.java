package io.gatehouse.admin;

import io.gatehouse.admin.AdminPorts.Dependency;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.LocalResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Health, metrics, reload, and the description of this API. */
final class OperationEndpoints {
    private static final String RELOAD = "config.reload";

    private final AdminPorts ports;
    private final Recorder recorder;

    OperationEndpoints(AdminPorts ports, Recorder recorder) {
        this.ports = ports;
        this.recorder = recorder;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/health/live", Access.OPEN, call -> Json.answer(200, Map.of("status", "live"))),
                new Route("GET", "/health/ready", Access.OPEN, this::ready),
                new Route("GET", "/v1/health", Access.IDENTIFIED, this::health),
                new Route("GET", "/metrics", Access.METRICS, this::metrics),
                new Route("POST", "/v1/config/reload", Access.ADMIN, this::reload),
                new Route("GET", "/v1/openapi.yaml", Access.IDENTIFIED, this::openApi));
    }

    record Part(String name, boolean ok) {}

    record Readiness(String status, List<Part> dependencies) {}

    record Health(String status, List<Dependency> dependencies) {}

    record Changed(String part, String name, String change) {}

    record Applied(boolean applied, List<Changed> changes) {}

    /** For probes, which have no token: names and states, but not why. */
    private LocalResponse ready(Call call) {
        var parts = dependencies().stream()
                .map(dependency -> new Part(dependency.name(), dependency.ok()))
                .toList();
        boolean ready = parts.stream().allMatch(Part::ok);
        return Json.answer(ready ? 200 : 503, new Readiness(ready ? "ready" : "not_ready", parts));
    }

    private LocalResponse health(Call call) {
        var dependencies = dependencies();
        boolean ready = dependencies.stream().allMatch(Dependency::ok);
        return Json.answer(200, new Health(ready ? "ready" : "not_ready", dependencies));
    }

    private List<Dependency> dependencies() {
        var all = new ArrayList<Dependency>();
        var failure = ports.audit().failure();
        all.add(new Dependency("audit", failure.isEmpty(), failure.orElse("")));
        all.addAll(ports.readiness().get());
        return all;
    }

    private LocalResponse metrics(Call call) {
        return LocalResponse.of(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                ports.meters().scrape("text/plain; version=0.0.4; charset=utf-8"));
    }

    private LocalResponse reload(Call call) {
        recorder.record(call, AuditKind.CONFIGURATION, RELOAD, call.principal(), "requested", 0);
        var reload = ports.reload().get();
        if (!reload.applied()) {
            recorder.record(call, AuditKind.CONFIGURATION, RELOAD, call.principal(), "config_invalid", 422);
            throw new Refusal(
                    new Denial("config_invalid", 422, "Configuration not applied", String.join("\n", reload.errors())));
        }
        recorder.record(call, AuditKind.CONFIGURATION, RELOAD, call.principal(), "applied", 200);
        return Json.answer(
                200,
                new Applied(
                        true,
                        reload.changes().stream()
                                .map(change -> new Changed(
                                        change.part(),
                                        change.name(),
                                        change.change().name().toLowerCase(Locale.ROOT)))
                                .toList()));
    }

    private LocalResponse openApi(Call call) {
        return LocalResponse.of(200, "application/yaml; charset=utf-8", openApiDocument());
    }

    static byte[] openApiDocument() {
        try (var stream = Objects.requireNonNull(OperationEndpoints.class.getResourceAsStream("openapi.yaml"))) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
