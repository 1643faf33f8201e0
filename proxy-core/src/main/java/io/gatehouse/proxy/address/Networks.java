package io.gatehouse.proxy.address;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Networks, searched by halves: one either holds another or has nothing in common with it. */
public final class Networks {
    private final Network[] sorted;

    private Networks(List<Network> networks) {
        this.sorted = networks.toArray(Network[]::new);
    }

    /**
     * Reads a list of networks.
     *
     * @throws IllegalArgumentException where one is none; the message begins with its place
     */
    public static Networks parse(String key, List<String> texts) {
        var all = new ArrayList<Network>();
        for (int i = 0; i < texts.size(); i++) {
            all.add(Network.parse(key + "[" + i + "]", texts.get(i)));
        }
        all.sort(Comparator.comparing(Network::first).thenComparingInt(Network::prefix));
        var widest = new ArrayList<Network>();
        for (var network : all) {
            if (widest.isEmpty() || !widest.getLast().contains(network.first())) {
                widest.add(network);
            }
        }
        return new Networks(widest);
    }

    public boolean isEmpty() {
        return sorted.length == 0;
    }

    public boolean contain(Address address) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle].first().compareTo(address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > 0 && sorted[low - 1].contains(address);
    }
}
