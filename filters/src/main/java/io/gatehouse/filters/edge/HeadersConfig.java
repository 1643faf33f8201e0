package io.gatehouse.filters.edge;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.util.List;
import java.util.Map;

/** Settings of {@code headers}. */
public record HeadersConfig(
        @Doc("changes to what goes to the target") @Default("{}")
        Edit request,

        @Doc("changes to what goes to the client") @Default("{}")
        Edit response) {
    /** Changes to the headers of one direction: removed first, then set, then added. */
    public record Edit(
            @Doc("replaces every header of that name") Map<String, String> set,
            @Doc("one more header of that name") Map<String, String> add,
            @Doc("names of headers that are taken away") List<String> remove) {
        boolean isEmpty() {
            return set.isEmpty() && add.isEmpty() && remove.isEmpty();
        }
    }
}
