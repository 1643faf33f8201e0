package io.gatehouse.filters.routing;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.filters.edge.HeaderRules;
import java.util.HashSet;
import java.util.Map;

/** Settings of {@code respond}. */
public record RespondConfig(
        @Doc("HTTP status, 200-599") @Default("200") int status,

        @Doc("headers of the answer; Content-Type is text/plain where left out")
        Map<String, String> headers,

        @Doc("the answer's body") @Default("") String body) {
    public RespondConfig {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: expected 200 to 599, got `" + status + "`");
        }
        if (!body.isEmpty() && (status == 204 || status == 205 || status == 304)) {
            throw new IllegalArgumentException("body: expected none with status " + status);
        }
        var names = new HashSet<>();
        headers.forEach((name, value) -> {
            HeaderRules.value("headers." + name, value);
            if (!names.add(HeaderRules.name("headers", name))) {
                throw new IllegalArgumentException("headers: expected each header once, got `" + name + "` again");
            }
        });
    }
}
