package io.gatehouse.proxy.route;

import java.nio.charset.StandardCharsets;

/** Fuzz target: whatever path the parser lets through is refused, or has one normal form in which nothing is hidden. */
public final class PathFuzz {
    private PathFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var path = "/" + new String(data, StandardCharsets.ISO_8859_1);
        if (!path.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '?' && c != '#')) {
            return; // the head's parser refuses it
        }
        String normal;
        try {
            normal = PathNormalizer.normalize(path);
        } catch (IllegalArgumentException refused) {
            return;
        }
        boolean hides = normal.contains("//") || normal.contains(";") || normal.contains("\\");
        boolean climbs = (normal + "/").contains("/../") || (normal + "/").contains("/./");
        if (!normal.startsWith("/")
                || hides
                || climbs
                || !PathNormalizer.normalize(normal).equals(normal)) {
            throw new AssertionError("`" + path + "` became `" + normal + "`");
        }
        for (int at = normal.indexOf('%'); at >= 0; at = normal.indexOf('%', at + 1)) {
            int value = Integer.parseInt(normal.substring(at + 1, at + 3), 16);
            boolean plain = (Character.isLetterOrDigit(value) && value < 0x80) || "-._~/\\;".indexOf(value) >= 0;
            if (plain || value < 0x20 || value == 0x7f) {
                throw new AssertionError("`" + normal + "` holds an escape that two servers could read differently");
            }
        }
    }
}
