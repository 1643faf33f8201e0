package io.gatehouse.gateway.config;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Secret;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The admin listener. */
public record AdminConfig(
        @Doc("host:port or [::1]:port") @Default(AdminConfig.DEFAULT_ADDRESS)
        String address,

        @Doc("the administrator's token; one is made on first start where it is left out") @Nullable
        Secret token,

        @Doc("further tokens, such as those of approvers") List<Token> tokens) {

    static final String DEFAULT_ADDRESS = "127.0.0.1:9900";

    /** Who else may sign in. */
    public record Token(
            @Doc("who holds it; unique") String name,

            @Doc("what approvals ask for; left out: approver")
            Set<String> roles,

            @Doc("sha256: and the lower-case hexadecimal SHA-256 of the token") @Nullable
            String hash,

            @Doc("the token itself: give this or hash") @Nullable
            Secret token) {
        public Token {
            roles = roles.isEmpty() ? Set.of("approver") : roles;
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")) {
                throw new IllegalArgumentException(
                        "name: expected letters, digits and `._@-`, at most 64, got `" + name + "`");
            }
            if ((hash == null) == (token == null)) {
                throw new IllegalArgumentException("expected either `hash` or `token`");
            }
            if (hash != null && !hash.matches("sha256:[0-9a-f]{64}")) {
                throw new IllegalArgumentException("hash: expected `sha256:` and 64 lower-case hexadecimal digits");
            }
        }
    }
}
