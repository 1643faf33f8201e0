package io.gatehouse.proxy;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Percent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go where. The filters of a route ({@code chain} or {@code filters}) are the assembly's to read, since only
 * it knows every filter.
 *
 * @param <F> how the configuration writes one filter
 */
public record RouteConfig<F>(
        @Doc("unique name") String name,
        Match match,

        @Doc("name of a chain; give this or filters") @Nullable
        String chain,

        @Doc("filters in place; an empty list says openly that nothing guards the route") @Nullable
        List<F> filters,

        @Doc(
                "name of an upstream or an engine; may be left out where a filter answers every request (redirect, respond)")
        @Nullable
        String to,

        @Doc("risk of this route's requests, 0-100, read in conditions as action.risk") @Default("0")
        int risk,

        @Doc("names of request headers that an approval binds")
        List<String> boundHeaders,

        @Doc("queued: accepted by the bounded queue; durable: on disk before the request is forwarded")
        @Default("queued")
        AuditMode audit,

        @Doc(
                "another upstream that gets copies of requests; what it answers is dropped, and approved requests are never copied")
        @Nullable
        Mirror mirror) {
    public RouteConfig {
        if (risk < 0 || risk > 100) {
            throw new IllegalArgumentException("risk: expected 0 to 100, got `" + risk + "`");
        }
    }

    /** Which requests a route takes. */
    public record Match(
            @Doc("exact host or *.example.com; empty for any")
            List<String> hosts,

            @Doc("/a/b exact, /a/{id} one segment, /a/** the rest")
            String path,

            @Doc("empty for any") List<String> methods,

            @Doc("whether *.example.com also takes example.com") @Default("false")
            boolean includeApex) {}

    /** Where copies of requests go. */
    public record Mirror(
            @Doc("name of an upstream") String to,

            @Doc("how many requests are copied") @Default("100%")
            Percent share) {}

    /** When a decision counts as recorded. */
    public enum AuditMode {
        QUEUED,
        DURABLE
    }
}
