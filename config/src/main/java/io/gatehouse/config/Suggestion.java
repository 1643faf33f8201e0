package io.gatehouse.config;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the name that someone may have meant. */
public final class Suggestion {
    private static final int LONGEST = 64;

    /** What other proxies call it. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("least_conn", "least-request"),
            Map.entry("leastconn", "least-request"),
            Map.entry("least-connections", "least-request"),
            Map.entry("random", "random-two"),
            Map.entry("gzip", "compress"),
            Map.entry("brotli", "compress"),
            Map.entry("limit_req", "rate-limit"),
            Map.entry("client_max_body_size", "body-limit"),
            Map.entry("add_header", "headers"),
            Map.entry("proxy_set_header", "headers"),
            Map.entry("proxy_pass", "to"),
            Map.entry("location", "path"),
            Map.entry("server_name", "hosts"),
            Map.entry("servers", "targets"),
            Map.entry("listen", "address"),
            Map.entry("ssl", "tls"),
            Map.entry("ssl_certificate", "certificate"),
            Map.entry("ssl_certificate_key", "key"));

    private Suggestion() {}

    /** {@code " (did you mean `orders`?)"}, or nothing where no candidate is near. */
    public static String of(String given, Collection<String> candidates) {
        var nearest = nearest(given, candidates);
        return nearest == null ? "" : " (did you mean `" + nearest + "`?)";
    }

    /** The candidate that is near enough to have been meant; null where none is. */
    public static @Nullable String nearest(String given, Collection<String> candidates) {
        var elsewhere = ELSEWHERE.get(given);
        if (elsewhere != null && candidates.contains(elsewhere)) {
            return elsewhere;
        }
        @Nullable String best = null;
        int least = Math.min(2, Math.max(1, given.length() / 3)) + 1;
        for (var candidate : candidates) {
            int distance = distance(given, candidate, least);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Edits between two names, two neighbours swapped counting as one; at most {@code limit}. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit || a.length() > LONGEST || b.length() > LONGEST) {
            return limit;
        }
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : least(a, b, i, j, cost);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int least(String a, String b, int i, int j, int[][] cost) {
        int change = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
