package io.gatehouse.adapters.mcp;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Protocol versions, which are dates. The modern era, stateless, begins with {@link #MODERN}. */
final class Versions {
    static final String MODERN = "2026-07-28";
    static final List<String> LEGACY = List.of("2025-11-25", "2025-06-18");
    static final List<String> ALL = List.of(MODERN, LEGACY.get(0), LEGACY.get(1));

    private static final Pattern FORM = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    private Versions() {}

    /** Whether {@code version} is of the modern era, be it one that is not spoken here. */
    static boolean modern(@Nullable String version) {
        return version != null && FORM.matcher(version).matches() && version.compareTo(MODERN) >= 0;
    }

    /** The legacy version that an {@code initialize} which asks for {@code requested} gets. */
    static String negotiated(@Nullable String requested) {
        return requested != null && LEGACY.contains(requested) ? requested : LEGACY.getFirst();
    }
}
