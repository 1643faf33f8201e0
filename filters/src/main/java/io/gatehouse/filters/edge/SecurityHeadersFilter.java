package io.gatehouse.filters.edge;

import io.gatehouse.filters.edge.SecurityHeadersConfig.Preset;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.netty.util.AsciiString;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Tells browsers what pages of the target may do, whatever the target says. */
final class SecurityHeadersFilter implements Filter {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final AsciiString[] removed;
    private final Map.Entry<AsciiString, AsciiString>[] set;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type can be made in no other way
    SecurityHeadersFilter(SecurityHeadersConfig config) {
        boolean strict = config.preset() == Preset.STRICT;
        var headers = new TreeMap<>(strict ? SecurityHeaders.STRICT : Map.<String, String>of());
        config.set().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        config.off().forEach(name -> headers.remove(name.toLowerCase(Locale.ROOT)));
        var compiled = new LinkedHashMap<AsciiString, AsciiString>();
        headers.forEach((name, value) -> compiled.put(AsciiString.cached(name), AsciiString.cached(value)));
        this.set = compiled.entrySet().toArray(new Map.Entry[0]);
        this.removed = SecurityHeaders.TELLING.stream()
                .filter(name -> strict
                        && !headers.containsKey(name)
                        && config.off().stream().noneMatch(name::equalsIgnoreCase))
                .map(AsciiString::cached)
                .toArray(AsciiString[]::new);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return Verdict.NEXT;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        var headers = head.headers();
        for (var name : removed) {
            headers.remove(name);
        }
        if (head.status() == SWITCHING_PROTOCOLS) {
            return; // what begins a WebSocket is no page
        }
        for (var header : set) {
            headers.set(header.getKey(), header.getValue());
        }
    }
}
