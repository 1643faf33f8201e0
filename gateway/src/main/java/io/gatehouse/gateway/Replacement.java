package io.gatehouse.gateway;

import io.gatehouse.audit.AuditKind;
import io.gatehouse.audit.Details;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.proxy.http.DataPlane;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Puts a configuration in the place of the one that runs: whole, or not at all. */
final class Replacement {
    private final SnapshotCompiler compiler;
    private final DataPlane plane;
    private final OwnEvents events;

    Replacement(SnapshotCompiler compiler, DataPlane plane, OwnEvents events) {
        this.compiler = compiler;
        this.plane = plane;
        this.events = events;
    }

    /**
     * Serves {@code next} from now on, in place of {@code now}, which was compiled to {@code before}.
     *
     * @return what it was compiled to; what it does not use of {@code before} is closed when requests have had their time
     * @throws IllegalArgumentException where a part cannot be used as it is set. Whatever else is thrown: what ran goes on
     * @throws IllegalStateException where it cannot be looked after or recorded, or the gateway is stopping
     */
    Compiled apply(LoadedConfig now, Compiled before, LoadedConfig next) {
        var undo = new ArrayDeque<Runnable>();
        try {
            var after = compiler.compile(next, before);
            undo.push(() -> after.closeUnused(before));
            // what is in flight began while the one was promised: it is not cut short by the other
            var drain =
                    longer(now.config().server().drain(), next.config().server().drain());
            var listeners = plane.prepare(next.config().server().listeners(), drain);
            undo.push(listeners::abandon);
            watch(after);
            record(next);
            undo.clear(); // nothing of it may be closed from here on
            plane.swap(after.snapshot());
            listeners.apply();
            // requests in flight finish on what they began with
            CompletableFuture.delayedExecutor(drain.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> before.closeUnused(after));
            return after;
        } catch (Throwable refused) {
            undo.forEach(Runnable::run);
            throw refused;
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Before it is recorded: nothing may fail from then on. */
    private void watch(Compiled after) {
        try {
            plane.watch(after.snapshot());
        } catch (RuntimeException unwatched) {
            throw new IllegalStateException("the targets cannot be looked after: " + unwatched.getMessage(), unwatched);
        }
    }

    private void record(LoadedConfig next) {
        try {
            events.record(
                    AuditKind.CONFIGURATION,
                    "configuration_applied",
                    Details.of("policies", next.policies().version()));
        } catch (RuntimeException unrecorded) {
            throw new IllegalStateException(
                    "the change cannot be recorded, so it is not applied: " + unrecorded.getMessage(), unrecorded);
        }
    }
}
