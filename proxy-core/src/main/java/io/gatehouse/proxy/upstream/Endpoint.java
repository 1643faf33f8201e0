package io.gatehouse.proxy.upstream;

import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * One address of a target, and what is known of its health. Every event loop reads it and reports to it; a request that goes
 * well costs two reads.
 */
public final class Endpoint {
    private static final int MOST_DOUBLINGS = 20;

    private final TargetAddress target;
    private final SocketAddress address;
    private final EjectionConfig ejection;
    private final LongSupplier nanos;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile int weight;
    private volatile boolean passesChecks = true;
    private volatile boolean ejected;
    private volatile long ejectedUntil;
    private int ejections;

    /**
     * An endpoint that is believed to answer.
     *
     * @param weight its share of the target's weight
     * @param nanos a clock as {@link System#nanoTime}
     */
    public Endpoint(
            TargetAddress target, SocketAddress address, int weight, EjectionConfig ejection, LongSupplier nanos) {
        this.target = target;
        this.address = address;
        this.weight = weight;
        this.ejection = ejection;
        this.nanos = nanos;
    }

    public TargetAddress target() {
        return target;
    }

    public SocketAddress address() {
        return address;
    }

    /** Its share of the target's weight: of now, and another one once the target has more addresses or fewer. */
    public int weight() {
        return weight;
    }

    void weight(int share) {
        weight = share;
    }

    /** Whether its checks pass and it has not been left out for its failures. */
    public boolean isAvailable() {
        return passesChecks && !isEjected();
    }

    /** Whether it is left out for now. */
    public boolean isEjected() {
        return ejected && nanos.getAsLong() - ejectedUntil < 0;
    }

    /** What the checks of its health found. */
    public void passesChecks(boolean passes) {
        passesChecks = passes;
    }

    public boolean passesChecks() {
        return passesChecks;
    }

    /** A request was answered. */
    public void succeeded() {
        if (failures.getPlain() != 0) {
            failures.set(0);
        }
    }

    /** A request was not answered. Answers whether that was once too often. */
    public boolean failed() {
        int limit = ejection.failures();
        if (limit == 0 || failures.incrementAndGet() < limit || isEjected()) {
            return false;
        }
        failures.set(0);
        eject();
        return true;
    }

    private synchronized void eject() {
        long now = nanos.getAsLong();
        if (ejected && now - ejectedUntil > ejection.most().toNanos()) {
            ejections = 0; // it went well for long
        }
        long doubled = ejection.base().toNanos() << Math.min(ejections, MOST_DOUBLINGS);
        long most = ejection.most().toNanos();
        ejections++;
        ejectedUntil = now + (doubled <= 0 || doubled > most ? most : doubled);
        ejected = true;
    }

    @Override
    public String toString() {
        return target.name() + " (" + address + ")";
    }
}
