package io.gatehouse.admin;

import io.gatehouse.policy.Principal;
import java.util.Set;

/** Who may call a route. Whether somebody may decide an approval is the approval's own matter. */
enum Access {
    OPEN,
    /** Any token. */
    IDENTIFIED,
    /** Any token but one that is for metrics alone. */
    APPROVALS,
    METRICS,
    ADMIN;

    void require(Principal principal) {
        var roles = principal.roles();
        switch (this) {
            case OPEN, IDENTIFIED -> {}
            case APPROVALS -> check(!roles.equals(Set.of(AdminToken.METRICS)), "this token is for metrics alone");
            case METRICS ->
                check(
                        roles.contains(AdminToken.METRICS) || roles.contains(AdminToken.ADMIN),
                        "this needs the role `metrics` or `admin`");
            case ADMIN -> check(roles.contains(AdminToken.ADMIN), "this needs the role `admin`");
        }
    }

    private static void check(boolean allowed, String otherwise) {
        if (!allowed) {
            throw Refusal.forbidden(otherwise);
        }
    }
}
