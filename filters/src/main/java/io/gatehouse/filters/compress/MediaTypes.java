package io.gatehouse.filters.compress;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A set of media types: whole ones, {@code text/*}, and suffixes such as {@code +json} (RFC 6838, 4.2.8). */
final class MediaTypes {
    private static final Pattern FORM =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]*/(\\*|[a-z0-9][a-z0-9!#$&^_.+-]*)" + "|\\+[a-z0-9]+");
    private static final String EVENTS = "text/event-stream";
    private static final List<String> USUAL = List.of(
            "text/*",
            "+json",
            "+xml",
            "application/json",
            "application/javascript",
            "application/xml",
            "application/x-ndjson",
            "application/wasm");

    private final Set<String> types;

    /** These, or the usual ones where there are none. */
    MediaTypes(List<String> types) {
        this.types = Set.copyOf(types.isEmpty() ? USUAL : types);
    }

    static void check(String key, String type) {
        if (!FORM.matcher(type).matches()) {
            throw new IllegalArgumentException(
                    key + ": expected a lower-case media type such as `text/html`, `text/*` or `+json`, got `" + type
                            + "`");
        }
    }

    /**
     * Whether the set holds the type that a {@code Content-Type} names. A stream of events must be named as a whole, since each
     * holds its compressor as long as it lives; gRPC compresses by itself and takes nothing else.
     */
    boolean holds(String contentType) {
        int end = contentType.indexOf(';');
        var type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        if (types.contains(type)) {
            return true;
        }
        int slash = type.indexOf('/');
        if (slash < 0 || type.equals(EVENTS) || type.startsWith("application/grpc")) {
            return false;
        }
        int plus = type.lastIndexOf('+');
        return (plus > slash && types.contains(type.substring(plus)))
                || types.contains(type.substring(0, slash) + "/*");
    }
}
