package io.gatehouse.filters.edge;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.util.List;
import java.util.Map;

/** Settings of {@code security-headers}. */
public record SecurityHeadersConfig(
        @Doc("strict, or none to begin with nothing") @Default("strict")
        Preset preset,

        @Doc("single headers in place of the preset's") Map<String, String> set,

        @Doc("headers that stay as the target says them") List<String> off) {
    /** What a gateway says where nothing else is set. */
    public enum Preset {
        STRICT,
        NONE
    }

    public SecurityHeadersConfig {
        if (preset == Preset.NONE && set.isEmpty()) {
            throw new IllegalArgumentException("set: expected headers, since `preset: none` has none");
        }
        set.forEach((name, value) -> {
            SecurityHeaders.known("set", name);
            HeaderRules.value("set." + name, value);
            if (value.isEmpty()) {
                throw new IllegalArgumentException("set." + name + ": expected a value (`off` leaves a header alone)");
            }
        });
        for (int i = 0; i < off.size(); i++) {
            var name = SecurityHeaders.known("off[" + i + "]", off.get(i));
            if (set.keySet().stream().anyMatch(name::contentEqualsIgnoreCase)) {
                throw new IllegalArgumentException(
                        "off[" + i + "]: expected a header that is not in `set`, got `" + off.get(i) + "`");
            }
        }
        if (set.keySet().stream()
                        .map(name -> SecurityHeaders.known("set", name))
                        .distinct()
                        .count()
                < set.size()) {
            throw new IllegalArgumentException("set: expected each header once");
        }
    }
}
