package io.gatehouse.filters.routing;

import io.gatehouse.config.Doc;
import org.jspecify.annotations.Nullable;

/** Settings of {@code rewrite}: one of the two. */
public record RewriteConfig(
        @Doc("the target's path, such as /v2/{id}/**, with what the route's path names and its ** stands for") @Nullable
        String path,

        @Doc("what is taken away from the beginning of the path, such as /api") @Nullable
        String stripPrefix) {
    public RewriteConfig {
        if ((path == null) == (stripPrefix == null)) {
            throw new IllegalArgumentException("expected either `path` or `stripPrefix`");
        }
        PathTemplate.of(path, stripPrefix);
    }
}
