package io.gatehouse.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a target, and what of a request each is compared with. */
enum TargetPart {
    PRINCIPAL("principals") {
        @Override
        String type(AccessRequest request) {
            return request.principal().type();
        }

        @Override
        String id(AccessRequest request) {
            return request.principal().id();
        }
    },
    ROUTE("routes") {
        @Override
        String id(AccessRequest request) {
            return request.routeName();
        }
    },
    RESOURCE("resources") {
        @Override
        String type(AccessRequest request) {
            return request.resource().type();
        }

        @Override
        String id(AccessRequest request) {
            return request.resource().id();
        }
    },
    ACTION("actions") {
        @Override
        String type(AccessRequest request) {
            return request.action().type();
        }

        @Override
        String id(AccessRequest request) {
            return request.action().id();
        }
    },
    ROLE("roles") {
        @Override
        @Nullable
        String id(AccessRequest request) {
            return null;
        }

        @Override
        boolean matches(TargetPattern pattern, AccessRequest request) {
            var roles = request.principal().roles();
            if (pattern.text().exact()) {
                return roles.contains(pattern.text().prefix());
            }
            for (var role : roles) {
                if (pattern.text().matches(role)) {
                    return true;
                }
            }
            return false;
        }
    },
    TENANT("tenants") {
        @Override
        String id(AccessRequest request) {
            return request.principal().tenant();
        }
    };

    private final String key;

    TargetPart(String key) {
        this.key = key;
    }

    /** As it is called in a document. */
    String key() {
        return key;
    }

    List<String> sources(PolicyTarget target) {
        return switch (this) {
            case PRINCIPAL -> target.principals();
            case ROUTE -> target.routes();
            case RESOURCE -> target.resources();
            case ACTION -> target.actions();
            case ROLE -> target.roles();
            case TENANT -> target.tenants();
        };
    }

    TargetPattern parse(String source) {
        return switch (this) {
            case PRINCIPAL, ACTION -> TargetPattern.typed(source);
            case RESOURCE -> TargetPattern.resource(source);
            case ROUTE, ROLE, TENANT -> TargetPattern.name(source);
        };
    }

    String type(AccessRequest request) {
        return "";
    }

    /** The one value of this part; {@code null} for roles, of which a principal has any number. */
    abstract @Nullable String id(AccessRequest request);

    boolean matches(TargetPattern pattern, AccessRequest request) {
        var id = id(request);
        return id != null && pattern.matches(type(request), id);
    }
}
