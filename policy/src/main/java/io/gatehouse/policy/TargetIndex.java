package io.gatehouse.policy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the policies whose target may match. Each policy hangs under one part of its target, the part whose keys it shares
 * with the fewest others: under the exact value, the literal prefix or the exact type of each pattern there. A policy with no
 * such part is looked at for every request.
 */
final class TargetIndex {
    private final PartIndex[] parts;
    private final CompiledPolicy[] unindexed;

    TargetIndex(List<CompiledPolicy> policies) {
        var uses = new HashMap<Key, Integer>();
        for (var policy : policies) {
            for (var part : TargetPart.values()) {
                keys(policy, part).forEach(key -> uses.merge(key, 1, Integer::sum));
            }
        }
        var byPart = new EnumMap<TargetPart, Map<Key, List<Entry>>>(TargetPart.class);
        var rest = new ArrayList<CompiledPolicy>();
        for (var policy : policies) {
            var part = rarest(policy, uses);
            if (part == null) {
                rest.add(policy);
            } else {
                var keys = keys(policy, part);
                for (int i = 0; i < keys.size(); i++) {
                    byPart.computeIfAbsent(part, p -> new HashMap<>())
                            .computeIfAbsent(keys.get(i), k -> new ArrayList<>())
                            .add(new Entry(policy, part, i));
                }
            }
        }
        this.unindexed = rest.toArray(CompiledPolicy[]::new);
        this.parts = byPart.entrySet().stream()
                .map(e -> new PartIndex(e.getKey(), e.getValue()))
                .toArray(PartIndex[]::new);
    }

    /** A policy under the key of one of its patterns. */
    record Entry(CompiledPolicy policy, TargetPart part, int pattern) {
        /** Under several keys it may be found more than once: it counts where its first matching pattern is. */
        private boolean counts(AccessRequest request) {
            return policy.target().firstMatch(part, request) == pattern;
        }
    }

    private enum Kind {
        EXACT,
        PREFIX,
        TYPE
    }

    private record Key(TargetPart part, Kind kind, String text) {}

    private static @Nullable TargetPart rarest(CompiledPolicy policy, Map<Key, Integer> uses) {
        TargetPart best = null;
        int fewest = Integer.MAX_VALUE;
        for (var part : TargetPart.values()) {
            var keys = keys(policy, part);
            int most = keys.stream()
                    .mapToInt(key -> uses.getOrDefault(key, 0))
                    .max()
                    .orElse(Integer.MAX_VALUE);
            if (most < fewest) {
                best = part;
                fewest = most;
            }
        }
        return best;
    }

    /** One key for each pattern of the part; none where a pattern has none. */
    private static List<Key> keys(CompiledPolicy policy, TargetPart part) {
        var keys = new ArrayList<Key>();
        for (var pattern : policy.target().patterns(part)) {
            var key = key(pattern, part);
            if (key == null) {
                return List.of();
            }
            keys.add(key);
        }
        return keys;
    }

    private static @Nullable Key key(TargetPattern pattern, TargetPart part) {
        var prefix = pattern.text().prefix();
        if (pattern.text().exact()) {
            return new Key(part, Kind.EXACT, prefix);
        }
        if (part == TargetPart.ROLE) {
            return null; // several roles of one principal may match one wildcard
        }
        if (!prefix.isEmpty()) {
            return new Key(part, Kind.PREFIX, prefix.substring(0, Math.min(prefix.length(), PrefixTable.MAX_PREFIX)));
        }
        return pattern.type().exact() ? new Key(part, Kind.TYPE, pattern.type().prefix()) : null;
    }

    /** Judges every policy whose target matches, beginning from {@code matched}. */
    Matched judge(AccessRequest request, Matched matched) {
        for (var part : parts) {
            matched = part.judge(request, matched);
        }
        for (var policy : unindexed) {
            if (policy.target().mismatch(request) == null) {
                matched = matched.judge(policy, request);
            }
        }
        return matched;
    }

    /** The policies that hang under one part. */
    private static final class PartIndex {
        private final TargetPart part;
        private final Map<String, Entry[]> exact;
        private final Map<String, Entry[]> types;
        private final RoleEntries roles;
        private final @Nullable PrefixTable prefixes;

        PartIndex(TargetPart part, Map<Key, List<Entry>> entries) {
            this.part = part;
            this.exact = only(Kind.EXACT, entries);
            this.types = only(Kind.TYPE, entries);
            this.roles = new RoleEntries(exact);
            var byPrefix = only(Kind.PREFIX, entries);
            this.prefixes = byPrefix.isEmpty() ? null : new PrefixTable(byPrefix);
        }

        private static Map<String, Entry[]> only(Kind kind, Map<Key, List<Entry>> entries) {
            var map = new HashMap<String, Entry[]>();
            entries.forEach((key, list) -> {
                if (key.kind == kind) {
                    map.put(key.text, list.toArray(Entry[]::new));
                }
            });
            return map;
        }

        Matched judge(AccessRequest request, Matched matched) {
            var id = part.id(request);
            if (id == null) {
                return judge(roles.find(request.principal().roles()), request, matched);
            }
            matched = judge(id, request, matched);
            return types.isEmpty() ? matched : judge(types.get(part.type(request)), request, matched);
        }

        private Matched judge(String value, AccessRequest request, Matched matched) {
            matched = judge(exact.get(value), request, matched);
            if (prefixes == null) {
                return matched;
            }
            int hash = 0;
            int end = Math.min(value.length(), PrefixTable.MAX_PREFIX);
            for (int i = 0; i < end; i++) {
                hash = 31 * hash + value.charAt(i);
                if (((prefixes.lengths() >>> (i + 1)) & 1) != 0) {
                    matched = judge(prefixes.find(value, i + 1, hash), request, matched);
                }
            }
            return matched;
        }

        private static Matched judge(Entry @Nullable [] entries, AccessRequest request, Matched matched) {
            if (entries != null) {
                for (var entry : entries) {
                    if (entry.counts(request) && entry.policy.target().mismatch(request) == null) {
                        matched = matched.judge(entry.policy, request);
                    }
                }
            }
            return matched;
        }
    }
}
