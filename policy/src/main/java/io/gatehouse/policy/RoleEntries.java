package io.gatehouse.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The entries under the roles of a principal. A set of roles that was seen lately is answered without iterating over it, since
 * its iterator would be garbage on every request; what is remembered is bounded, and a collision only forgets.
 */
final class RoleEntries {
    private static final int REMEMBERED = 1_024;

    private final Map<String, TargetIndex.Entry[]> byRole;
    private final AtomicReferenceArray<Seen> seen = new AtomicReferenceArray<>(REMEMBERED);

    RoleEntries(Map<String, TargetIndex.Entry[]> byRole) {
        this.byRole = byRole;
    }

    private static final class Seen {
        private final String[] roles;
        private final TargetIndex.Entry[] entries;

        private Seen(Set<String> roles, TargetIndex.Entry[] entries) {
            this.roles = roles.toArray(String[]::new);
            this.entries = entries;
        }

        private boolean is(Set<String> other) {
            if (other.size() != roles.length) {
                return false;
            }
            for (var role : roles) {
                if (!other.contains(role)) {
                    return false;
                }
            }
            return true;
        }
    }

    TargetIndex.Entry[] find(Set<String> roles) {
        int hash = roles.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (REMEMBERED - 1);
        var known = seen.get(slot);
        if (known != null && known.is(roles)) {
            return known.entries;
        }
        var entries = collect(roles);
        seen.set(slot, new Seen(roles, entries));
        return entries;
    }

    private TargetIndex.Entry[] collect(Set<String> roles) {
        List<TargetIndex.Entry> entries = new ArrayList<>();
        for (var role : roles) {
            entries.addAll(List.of(byRole.getOrDefault(role, new TargetIndex.Entry[0])));
        }
        return entries.toArray(TargetIndex.Entry[]::new);
    }
}
