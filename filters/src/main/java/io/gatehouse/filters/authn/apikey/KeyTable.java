package io.gatehouse.filters.authn.apikey;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients by the hash of their key: open addressing by the hash's first bytes. How long a look-up takes tells at most where
 * hashes of others lie, never anything of a key; the comparison itself takes constant time.
 */
final class KeyTable {
    private final @Nullable KnownClient[] slots;
    private final int mask;

    KeyTable(List<KnownClient> clients) {
        slots = new KnownClient[Integer.highestOneBit(Math.max(2, clients.size())) << 2];
        mask = slots.length - 1;
        var ids = new HashSet<String>();
        for (var client : clients) {
            if (!ids.add(client.principal.id())) {
                throw new IllegalArgumentException(
                        "keys: expected each client once, got `" + client.principal.id() + "` again");
            }
            var other = find(client.hash());
            if (other != null) {
                throw new IllegalArgumentException("keys: expected a key of its own for each client, `"
                        + other.principal.id() + "` and `" + client.principal.id() + "` have the same");
            }
            int at = start(client.hash());
            while (slots[at] != null) {
                at = (at + 1) & mask;
            }
            slots[at] = client;
        }
    }

    @Nullable
    KnownClient find(byte[] hash) {
        for (int at = start(hash); ; at = (at + 1) & mask) {
            var client = slots[at];
            if (client == null || client.has(hash)) {
                return client;
            }
        }
    }

    private int start(byte[] hash) {
        return ((hash[0] & 0xff) | ((hash[1] & 0xff) << 8) | ((hash[2] & 0xff) << 16) | (hash[3] << 24)) & mask;
    }
}
