package io.gatehouse.filters.authn.apikey;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Secret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of {@code api-key}. */
public record ApiKeyConfig(
        @Doc("the clients and their keys") List<Client> keys,

        @Doc("where a key is looked for: bearer, x-api-key, query; by default the first two")
        List<Place> in,

        @Doc("named in the challenge of a 401") @Default("gatehouse")
        String realm) {
    public ApiKeyConfig {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("keys: expected at least one client");
        }
        if (in.isEmpty()) {
            in = List.of(Place.BEARER, Place.X_API_KEY);
        }
        if (in.stream().distinct().count() != in.size()) {
            throw new IllegalArgumentException("in: expected each place once");
        }
        if (realm.isBlank() || !printable(realm) || realm.indexOf('"') >= 0 || realm.indexOf('\\') >= 0) {
            throw new IllegalArgumentException(
                    "realm: expected printable ASCII characters without quotes and backslashes, got `" + realm + "`");
        }
    }

    /** Where a client may put its key. */
    public enum Place {
        /** {@code Authorization: Bearer KEY}. */
        BEARER,
        /** {@code X-Api-Key: KEY}. */
        X_API_KEY,
        /** {@code ?api_key=KEY}. */
        QUERY
    }

    /** One client and its key. */
    public record Client(
            @Doc("the client's id, unique in this filter") String client,

            @Doc("sha256: and the lower-case hexadecimal SHA-256 of the key") @Nullable
            String hash,

            @Doc("the key itself, 16 to 512 characters: give this or hash") @Nullable
            Secret key,

            @Doc("roles that policies read") List<String> roles,
            @Doc("a name for people") @Nullable String name,

            @Doc("further facts that policies read as principal.NAME")
            Map<String, String> attributes) {
        public Client {
            if (client.isBlank() || client.length() > 128 || !printable(client) || !client.equals(client.strip())) {
                throw new IllegalArgumentException(
                        "client: expected 1 to 128 printable ASCII characters, got `" + client + "`");
            }
            if (name != null
                    && (name.isBlank() || name.length() > 128 || !printable(name) || !name.equals(name.strip()))) {
                throw new IllegalArgumentException(
                        "name: expected 1 to 128 printable ASCII characters, got `" + name + "`");
            }
            if ((hash == null) == (key == null)) {
                throw new IllegalArgumentException("expected either `hash` or `key`");
            }
            if (hash != null && !hash.matches("sha256:[0-9a-f]{64}")) {
                throw new IllegalArgumentException("hash: expected `sha256:` and 64 lower-case hexadecimal digits");
            }
            if (key != null && !strong(key.reveal())) {
                throw new IllegalArgumentException(
                        "key: expected 16 to 512 visible ASCII characters, at least 5 of them different");
            }
        }
    }

    private static boolean strong(String key) {
        return key.length() >= 16
                && key.length() <= PresentedKey.LONGEST
                && key.chars().allMatch(PresentedKey::allowed)
                && key.chars().distinct().count() >= 5;
    }

    private static boolean printable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }
}
