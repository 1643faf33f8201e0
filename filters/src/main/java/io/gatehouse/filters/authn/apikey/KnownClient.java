package io.gatehouse.filters.authn.apikey;

import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Principal;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A client, ready to be set on an exchange. */
final class KnownClient {
    private final byte[] hash;
    final Principal principal;
    final AsciiString id;
    final @Nullable AsciiString name;

    private KnownClient(byte[] hash, Principal principal, @Nullable String name) {
        this.hash = hash;
        this.principal = principal;
        this.id = AsciiString.cached(principal.id());
        this.name = name == null ? null : AsciiString.cached(name);
    }

    static KnownClient of(ApiKeyConfig.Client config) {
        var facts = new HashMap<String, String>(config.attributes());
        if (config.name() != null) {
            facts.put("name", config.name());
        }
        var principal = new Principal(
                Principal.DEFAULT_TENANT,
                "client",
                config.client(),
                Set.copyOf(config.roles()),
                facts.isEmpty() ? Attributes.NONE : Attributes.of(facts));
        return new KnownClient(hash(config), principal, config.name());
    }

    private static byte[] hash(ApiKeyConfig.Client config) {
        var given = config.hash();
        if (given != null) {
            return HexFormat.of().parseHex(given.substring("sha256:".length()));
        }
        var key = config.key();
        if (key == null) {
            throw new IllegalArgumentException("expected either `hash` or `key`");
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.reveal().getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    byte[] hash() {
        return hash;
    }

    /** In constant time. */
    boolean has(byte[] presented) {
        return MessageDigest.isEqual(hash, presented);
    }
}
