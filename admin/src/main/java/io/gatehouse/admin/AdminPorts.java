package io.gatehouse.admin;

import io.gatehouse.approvals.ApproverDesk;
import io.gatehouse.audit.AuditLog;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the admin listener works on. It calls all of them from virtual threads, so they may block.
 *
 * @param readiness everything that must work before requests can be served, except the audit log, which is asked itself
 * @param reload reads the configuration anew and swaps it in
 */
public record AdminPorts(
        ApproverDesk approvals,
        AuditLog audit,
        PrometheusMeterRegistry meters,
        Supplier<List<Dependency>> readiness,
        Supplier<Reload> reload,
        InstantSource clock) {

    /**
     * Something that must work.
     *
     * @param why it does not, or what else there is to say of it, for operators; may be empty
     */
    public record Dependency(String name, boolean ok, String why) {}

    /**
     * How a reload ended: the new configuration is in use, or nothing has changed.
     *
     * @param errors of the configuration; empty where it was applied
     * @param changes that are in use now; empty where it was not applied
     */
    public record Reload(List<String> errors, List<Change> changes) {
        public Reload {
            errors = List.copyOf(errors);
            changes = List.copyOf(changes);
        }

        /** A reload that failed, or changed nothing. */
        public Reload(List<String> errors) {
            this(errors, List.of());
        }

        boolean applied() {
            return errors.isEmpty();
        }
    }

    /**
     * Something that a reload changed.
     *
     * @param part what it is, such as {@code route}
     * @param name of a part; the new version of policies
     */
    public record Change(String part, String name, Kind change) {
        /** How it changed. */
        public enum Kind {
            ADDED,
            REMOVED,
            CHANGED
        }
    }
}
