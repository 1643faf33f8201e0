package io.gatehouse.policy;

import java.util.Set;

/**
 * Who asks.
 *
 * @param tenant the tenant that the principal belongs to, {@code default} where nothing says otherwise
 * @param type such as {@code client}, {@code user}; {@code anonymous} where nobody was identified
 * @param id unique within tenant and type
 * @param roles role names, immutable
 * @param attributes whatever else is known, read in conditions as {@code principal.NAME}
 */
public record Principal(String tenant, String type, String id, Set<String> roles, Attributes attributes) {
    public static final String DEFAULT_TENANT = "default";

    /** Nobody was identified. */
    public static final Principal ANONYMOUS =
            new Principal(DEFAULT_TENANT, "anonymous", "anonymous", Set.of(), Attributes.NONE);

    public Principal {
        roles = Set.copyOf(roles);
    }

    /** {@code type:id}, as logs and approvals name a principal. */
    public String reference() {
        return type + ":" + id;
    }
}
