package io.gatehouse.gateway;

import io.gatehouse.admin.AdminPorts;
import io.gatehouse.admin.AdminPorts.Dependency;
import io.gatehouse.admin.AdminPorts.Reload;
import io.gatehouse.admin.AdminServer;
import io.gatehouse.admin.AdminSettings;
import io.gatehouse.approvals.ApprovalService;
import io.gatehouse.approvals.ApprovalSettings;
import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.Details;
import io.gatehouse.audit.file.AuditSettings;
import io.gatehouse.audit.file.FileAuditLog;
import io.gatehouse.config.ConfigError;
import io.gatehouse.console.Console;
import io.gatehouse.gateway.config.ConfigOutcome;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.gateway.telemetry.GatewayMetrics;
import io.gatehouse.gateway.telemetry.Telemetry;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.http.CannotListenException;
import io.gatehouse.proxy.http.DataPlane;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.stores.DatabaseException;
import io.gatehouse.stores.SqliteApprovalStore;
import io.gatehouse.stores.SqliteDatabase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.ChannelBindException;

/** A running gateway, wired by hand: read, validate, compile, swap, close the old. */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private static final String STOPPING = "the gateway is stopping";
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);
    /** Who replaces a certificate writes its key within this, before or after. */
    private static final Duration OTHER_FILE = Duration.ofSeconds(10);

    private final Path file;
    private final ConfigSource source;
    private final Map<String, String> environment;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Telemetry telemetry;
    private final GatewayMetrics metrics;
    private final Reloads reloads;
    private final FileAuditLog audit;
    private final SqliteDatabase database;
    private final OwnEvents events;
    private final Replacement replacement;
    private final DataPlane plane;
    private final AdminServer admin;
    private final FileChanges changes;
    private final Transport transport;
    private volatile LoadedConfig loaded;
    private Compiled compiled;

    private Gateway(Path file, LoadedConfig first, Map<String, String> environment) throws IOException {
        this.file = file;
        this.loaded = first;
        this.environment = environment;
        this.source = first.source();
        var config = first.config();
        var folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        var clock = InstantSource.system();
        warn(first, List.of());
        try {
            var version = Version.read();
            telemetry = keep(Telemetry.start(config.telemetry(), config.server().node(), version));
            var meters = telemetry.meters();
            reloads = new Reloads(meters, clock);
            audit = keep(FileAuditLog.open(AuditSettings.of(
                            folder.resolve(config.audit().folder()),
                            config.server().node())
                    .withCheckpoint(config.audit().checkpoint())));
            events = new OwnEvents(audit);
            database = keep(SqliteDatabase.open(config.stores().database().file()));
            var approvals = keep(new ApprovalService(
                    new SqliteApprovalStore(database),
                    audit,
                    clock,
                    new ApprovalSettings(
                            config.server().node(),
                            config.approvals().defaults().toLevels())));
            int unknown = approvals.start();
            if (unknown > 0) {
                LOG.warn(
                        "{} approved requests were running when the gateway stopped: their outcome is unknown",
                        unknown);
            }
            var compiler = new SnapshotCompiler(
                    new AssemblyServices(clock, meters, approvals, audit), telemetry.traces(), telemetry.earlyEnds());
            compiled = compiler.compile(first, Compiled.NOTHING);
            keep(() -> compiled.closeUnused(Compiled.NOTHING));
            transport = Transport.fromEnvironment(environment);
            changes = keep(new FileChanges(this::files, this::changed, OTHER_FILE));
            plane = keep(new DataPlane(transport, meters, config.server().listeners(), folder, compiled.snapshot()));
            replacement = new Replacement(compiler, plane, events);
            metrics = keep(GatewayMetrics.register(
                    telemetry, plane, version, transport.kind().wireName()));
            admin = keep(new AdminServer(
                    new AdminSettings(
                            config.server().admin().address(),
                            AdminTokens.of(config.server().admin(), folder)),
                    new AdminPorts(approvals, audit, telemetry.scraped(), this::readiness, this::reload, clock),
                    Console.load()));
            startAdmin(first);
            plane.start();
            metrics.certificatesChanged();
            changes.start(WATCH_INTERVAL);
            events.record(
                    AuditKind.LIFECYCLE,
                    "started",
                    Details.of(
                            "transport",
                            transport.kind().wireName(),
                            "policies",
                            first.policies().version()));
        } catch (Throwable failure) {
            closeParts();
            throw failure;
        }
    }

    /**
     * Starts a gateway; it serves when this answers.
     *
     * @throws IllegalArgumentException where a part refuses its settings
     * @throws IllegalStateException where an address cannot be bound, or the audit log or the database cannot be opened
     */
    public static Gateway start(Path file, LoadedConfig config, Map<String, String> environment) {
        try {
            return new Gateway(file, config, environment);
        } catch (UnusableSettingException refused) {
            throw new IllegalArgumentException(config.masking().apply(String.valueOf(refused.getMessage())), refused);
        } catch (CannotListenException refused) {
            throw new IllegalStateException(config.masking().apply(placed(config, refused)), refused);
        } catch (AuditDamagedException | IOException failure) {
            throw new IllegalStateException("the audit log cannot be opened: " + failure.getMessage(), failure);
        }
    }

    private void startAdmin(LoadedConfig first) {
        try {
            admin.start();
        } catch (ChannelBindException taken) {
            var address = first.config().server().admin().address();
            var cause = taken.getCause() == null ? taken : taken.getCause();
            throw new UnusableSettingException(
                    first.positions()
                            .error("server.admin.address", "cannot listen on `" + address + "`: " + cause.getMessage()),
                    taken);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** What the public listeners serve, as the configuration writes it and in its order. */
    public List<String> listening() {
        return plane.listening();
    }

    /** The hosts and ports among them. */
    public List<InetSocketAddress> addresses() {
        return plane.addresses();
    }

    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** As {@link DataPlane#whenBroken}. */
    public void whenBroken(Runnable action) {
        plane.whenBroken(action);
    }

    public Transport.Kind transport() {
        return transport.kind();
    }

    /** The files whose change asks for a reload. */
    public synchronized List<Path> files() {
        return List.copyOf(loaded.filesNow());
    }

    private List<Dependency> readiness() {
        long stalled = plane.stalledLoops();
        boolean listening = plane.isListening();
        return List.of(
                database(),
                new Dependency("event-loops", stalled == 0, stalled == 0 ? "" : stalled + " do not turn"),
                new Dependency("listeners", listening, listening ? "" : "no connection is taken any more"),
                // what runs is good; what was refused is for people to see
                new Dependency("configuration", true, reloads.lastRefusal()));
    }

    private Dependency database() {
        try {
            database.probe();
            return new Dependency("database", true, "");
        } catch (DatabaseException failed) {
            return new Dependency("database", false, String.valueOf(failed.getMessage()));
        }
    }

    /** Reads the configuration anew and swaps it in; a faulty one changes nothing. */
    public Reload reload() {
        return changes.reading(() -> take(load()));
    }

    private ConfigOutcome load() {
        try {
            return source.load(file, environment);
        } catch (Throwable unexpected) { // of settings of others too
            LOG.error("a configuration could not be read: {}", Frames.of(unexpected));
            var error = ConfigError.ofFile(
                    file.toString(), "cannot be read: " + unexpected.getClass().getName());
            return new ConfigOutcome.Refused(List.of(error), false);
        }
    }

    /** Of a certificate and its key one is always the first to be replaced: that is no fault as long as the other may follow. */
    private boolean changed(boolean mayWait) {
        var outcome = load();
        if (mayWait && outcome instanceof ConfigOutcome.Refused(var errors, boolean ofTlsFiles) && ofTlsFiles) {
            errors.forEach(error -> LOG.info(
                    "configuration not reloaded yet, as other files may follow within {} s: {}",
                    OTHER_FILE.toSeconds(),
                    error));
            return false;
        }
        take(outcome);
        return true;
    }

    private synchronized Reload take(ConfigOutcome outcome) {
        if (plane.isDraining()) {
            LOG.info("configuration not reloaded: {}", STOPPING);
            return new Reload(List.of(STOPPING));
        }
        var before = loaded;
        var errors = switch (outcome) {
            case ConfigOutcome.Refused(var refused, var _) ->
                refused.stream().map(ConfigError::toString).toList();
            case LoadedConfig next -> apply(next).stream().map(next.masking()).toList();
        };
        if (errors.isEmpty()) {
            var changes = ConfigChanges.between(before, loaded);
            LOG.info("configuration reloaded, {} parts changed", changes.size());
            warn(loaded, before.warnings());
            metrics.certificatesChanged();
            reloads.applied();
            return new Reload(errors, changes);
        }
        if (plane.isDraining()) {
            LOG.info("configuration not reloaded: {}", STOPPING); // it began meanwhile
            return new Reload(errors);
        }
        errors.forEach(error -> LOG.error("configuration not reloaded: {}", error));
        reloads.refused(errors.size());
        recordRefusal(errors.size());
        return new Reload(errors);
    }

    private void recordRefusal(int errors) {
        try {
            events.record(
                    AuditKind.CONFIGURATION, "configuration_refused", Details.of("errors", Integer.toString(errors)));
        } catch (RuntimeException unrecorded) {
            LOG.warn("the audit log does not hold that a configuration was refused: {}", unrecorded.toString());
        }
    }

    /** Says what works, and should not stay so; what was {@code said} before is not said again, on whichever line it stands now. */
    private static void warn(LoadedConfig of, List<ConfigError> said) {
        of.warnings().stream()
                .filter(warning -> said.stream()
                        .noneMatch(known -> known.path().equals(warning.path())
                                && known.message().equals(warning.message())))
                .forEach(warning -> LOG.warn("configuration: {}", warning));
    }

    private List<String> apply(LoadedConfig next) {
        try {
            var fixed = ConfigChanges.needingRestart(loaded, next);
            if (!fixed.isEmpty()) {
                return fixed.stream().map(ConfigError::toString).toList();
            }
            compiled = replacement.apply(loaded, compiled, next);
            loaded = next;
            return List.of();
        } catch (UnusableSettingException refused) {
            return List.of(String.valueOf(refused.getMessage()));
        } catch (CannotListenException refused) {
            return List.of(placed(next, refused));
        } catch (IllegalArgumentException | IllegalStateException refused) {
            return List.of(file + ": " + refused.getMessage());
        } catch (
                Throwable unexpected) { // of parts of others too: what runs goes on, and the reload is refused like any
            // other
            LOG.error("a configuration could not be applied: {}", Frames.of(unexpected));
            return List.of(file + ": cannot be applied: " + unexpected);
        }
    }

    /** What is said of an address, where it stands in the file. */
    private static String placed(LoadedConfig of, CannotListenException refused) {
        var names = of.config().server().listeners().stream()
                .map(ListenerConfig::name)
                .toList();
        return of.positions()
                .error(
                        "server.listeners[" + names.indexOf(refused.listener()) + "].address",
                        String.valueOf(refused.getMessage()))
                .toString();
    }

    /** Lets what is in flight finish, then stops. Answers whether everything had ended in time. */
    public boolean drain() {
        boolean whole = plane.drain(loaded.config().server().drain());
        events.record(AuditKind.LIFECYCLE, "stopped", Details.of("drained", Boolean.toString(whole)));
        return whole;
    }

    @Override
    public void close() {
        closeParts();
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            var part = parts.pop();
            try {
                part.close();
            } catch (Exception failure) {
                LOG.warn("a part did not close in good order", failure);
            }
        }
    }
}
