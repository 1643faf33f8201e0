package io.gatehouse.filters.edge;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Changes to headers, compiled once. */
final class HeaderEdit {
    private final AsciiString[] removed;
    private final Line[] set;
    private final Line[] added;

    private HeaderEdit(AsciiString[] removed, Line[] set, Line[] added) {
        this.removed = removed;
        this.set = set;
        this.added = added;
    }

    private record Line(AsciiString name, AsciiString value) {}

    static HeaderEdit compile(String key, HeadersConfig.Edit edit) {
        var names = new HashSet<AsciiString>();
        var removed = edit.remove().stream()
                .map(name -> once(names, key + ".remove", HeaderRules.name(key + ".remove", name)))
                .toArray(AsciiString[]::new);
        return new HeaderEdit(removed, lines(names, key + ".set", edit.set()), lines(names, key + ".add", edit.add()));
    }

    private static Line[] lines(Set<AsciiString> names, String key, Map<String, String> headers) {
        return headers.entrySet().stream()
                .map(header -> new Line(
                        once(names, key, HeaderRules.name(key, header.getKey())),
                        HeaderRules.value(key + "." + header.getKey(), header.getValue())))
                .toArray(Line[]::new);
    }

    private static AsciiString once(Set<AsciiString> names, String key, AsciiString name) {
        if (!names.add(name)) {
            throw new IllegalArgumentException(key + ": expected each header once, got `" + name + "` again");
        }
        return name;
    }

    /** Applies the changes. */
    void apply(HttpHeaders headers) {
        for (var name : removed) {
            headers.remove(name);
        }
        for (var line : set) {
            headers.set(line.name, line.value);
        }
        for (var line : added) {
            headers.add(line.name, line.value);
        }
    }
}
