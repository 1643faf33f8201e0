package io.gatehouse.admin;

import io.gatehouse.config.Doc;
import io.gatehouse.config.Secret;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Principal;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who holds a token. The token itself is not kept.
 *
 * @param name becomes the id of the principal {@code user:NAME}
 * @param roles what an approval's levels ask for; {@link #ADMIN} and {@link #METRICS} have a meaning of their own here
 * @param hash {@code sha256:} and the lower-case hexadecimal SHA-256 of the token
 */
public record AdminToken(
        @Doc("who holds it") String name,

        @Doc("such as approver; admin may reload the configuration; metrics alone may read metrics and nothing else")
        Set<String> roles,

        @Doc("sha256: and the lower-case hexadecimal SHA-256 of the token")
        String hash) {
    /** May reload the configuration and read metrics. */
    public static final String ADMIN = "admin";

    /** May read metrics; a token with this role alone may do nothing else. */
    public static final String METRICS = "metrics";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

    public AdminToken {
        roles = Set.copyOf(roles);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name: expected letters, digits and `._@-`, at most 64, got `" + name + "`");
        }
        if (!HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException("hash: expected `sha256:` and 64 lower-case hexadecimal digits");
        }
    }

    /** The holder of {@code token}, which is hashed and forgotten. */
    public static AdminToken of(String name, Set<String> roles, Secret token) {
        return new AdminToken(name, roles, "sha256:" + Digests.sha256Hex(token.reveal()));
    }

    Principal principal() {
        return new Principal(Principal.DEFAULT_TENANT, "user", name, roles, Attributes.NONE);
    }
}
