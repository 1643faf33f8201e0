package io.gatehouse.proxy.upstream;

import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The addresses that the targets of one upstream have at this moment. Read by every event loop as one list, replaced whole;
 * an address that stays keeps its {@link Endpoint} and so what is known of its health, however many come or go beside it.
 */
public final class AddressBook {
    /** Weights are shared out among the addresses of a name in these parts. */
    private static final int PARTS = 10_000;

    /** Of a name's addresses, in an order of our own: servers answer in another one each time. */
    private static final int MOST_ADDRESSES = 64;

    private final EjectionConfig ejection;
    private final List<List<Endpoint>> byTarget = new ArrayList<>();
    private volatile List<Endpoint> endpoints;

    /** What is known before any name was asked for. */
    public AddressBook(List<TargetAddress> targets, EjectionConfig ejection) {
        this.ejection = ejection;
        for (var target : targets) {
            byTarget.add(List.of(endpoint(target, target.address(), target.weight() * PARTS)));
        }
        this.endpoints = flat();
    }

    private Endpoint endpoint(TargetAddress target, SocketAddress address, int weight) {
        return new Endpoint(target, address, weight, ejection, System::nanoTime);
    }

    private List<Endpoint> flat() {
        return byTarget.stream().flatMap(List::stream).toList();
    }

    /** One object until something changes. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /**
     * A name was asked for again. Called by one thread at a time.
     *
     * @param index of the target
     * @param addresses that it has now; empty changes nothing, since what was right a moment ago is the best guess
     * @return whether something changed
     */
    public boolean resolved(int index, Set<InetAddress> addresses) {
        var present = byTarget.get(index);
        var target = present.getFirst().target();
        var wanted = addresses.stream()
                .sorted(Comparator.comparing(InetAddress::getHostAddress))
                .limit(MOST_ADDRESSES)
                .map(target::at)
                .toList();
        var now = present.stream().map(Endpoint::address).toList();
        if (wanted.isEmpty() || now.equals(wanted)) {
            return false;
        }
        int weight = target.weight() == 0 ? 0 : Math.max(1, target.weight() * PARTS / wanted.size());
        byTarget.set(
                index,
                wanted.stream()
                        .map(address -> kept(present, address, weight, target))
                        .toList());
        endpoints = flat();
        return true;
    }

    private Endpoint kept(List<Endpoint> present, SocketAddress address, int weight, TargetAddress target) {
        var found = present.stream()
                .filter(endpoint -> endpoint.address().equals(address))
                .findFirst();
        found.ifPresent(endpoint -> endpoint.weight(weight));
        return found.orElseGet(() -> endpoint(target, address, weight));
    }
}
