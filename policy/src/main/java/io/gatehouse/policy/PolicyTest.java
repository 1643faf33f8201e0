package io.gatehouse.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request is expected to get from the policies beside it. Free values (attributes, context) are what YAML's core
 * schema says: text, booleans, whole numbers ({@code Long}), other numbers ({@code Double}), lists, and maps.
 *
 * @param name says the behaviour, unique in its file
 * @param expect the verdict
 * @param because the ids of exactly the determining policies, in any order; empty: not checked
 */
public record PolicyTest(String name, Request request, Decision.Verdict expect, List<String> because) {
    public PolicyTest {
        because = List.copyOf(because);
    }

    /**
     * The question.
     *
     * @param principal left out: {@link Principal#ANONYMOUS}
     * @param context read in conditions as {@code context.NAME}
     * @param route left out: no name
     */
    public record Request(
            @Nullable Caller principal,
            Subject action,
            Subject resource,
            Map<String, Object> context,
            @Nullable String route) {
        public Request {
            context = copy(context);
            route = route == null ? "" : route;
        }
    }

    /**
     * A {@link Principal} as written in a test.
     *
     * @param tenant default {@value Principal#DEFAULT_TENANT}
     * @param type default {@code client}
     */
    public record Caller(
            @Nullable String tenant,
            @Nullable String type,
            String id,
            List<String> roles,
            Map<String, Object> attributes) {
        public Caller {
            tenant = tenant == null ? Principal.DEFAULT_TENANT : tenant;
            type = type == null ? "client" : type;
            roles = List.copyOf(roles);
            attributes = copy(attributes);
        }
    }

    /**
     * An {@link Action} or a {@link Resource} as written in a test.
     *
     * @param type default {@code http} for an action, {@code path} for a resource
     */
    public record Subject(@Nullable String type, String id, Map<String, Object> attributes) {
        public Subject {
            attributes = copy(attributes);
        }
    }

    private static Map<String, Object> copy(Map<String, Object> values) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
