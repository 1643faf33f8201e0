package io.gatehouse.gateway.config;

import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.route.PathPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds routes between which a request could not choose, and matches that are none. */
final class RouteTies {
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");
    private static final Pattern HOST =
            Pattern.compile("(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*|\\[[0-9A-Fa-f:.]+]");

    private final Map<Way, Taker> taken = new HashMap<>();

    /** One way to a route; the names of a pattern's variables make no difference. */
    private record Way(String host, String method, List<@Nullable String> segments, boolean open) {}

    /**
     * Whose a way is.
     *
     * @param path where the route stands
     */
    record Taker(String path, String name) {}

    /**
     * Takes the next route.
     *
     * @param error takes a path below the route and a message
     */
    void add(Taker route, RouteConfig.Match match, BiConsumer<String, String> error) {
        checkHosts(match.hosts(), error);
        checkMethods(match.methods(), error);
        PathPattern pattern;
        try {
            pattern = PathPattern.parse(match.path());
        } catch (IllegalArgumentException e) {
            error.accept(".match.path", String.valueOf(e.getMessage()).replaceFirst("^path: ", ""));
            return;
        }
        for (var host : hosts(match)) {
            for (var method : match.methods().isEmpty() ? List.of("*") : match.methods()) {
                var way = new Way(host, method, pattern.segments(), pattern.open());
                var other = taken.putIfAbsent(way, route);
                if (other != null) {
                    error.accept(
                            ".match",
                            other.equals(route)
                                    ? "a host or a method is given twice"
                                    : "route `" + other.name()
                                            + "` takes the same requests: expected hosts, path or methods"
                                            + " to differ");
                    return;
                }
            }
        }
    }

    private static List<String> hosts(RouteConfig.Match match) {
        if (match.hosts().isEmpty()) {
            return List.of("*");
        }
        List<String> hosts = new ArrayList<>();
        for (var host : match.hosts()) {
            hosts.add(host.toLowerCase(Locale.ROOT));
            if (match.includeApex() && host.startsWith("*.")) {
                hosts.add(host.substring(2).toLowerCase(Locale.ROOT));
            }
        }
        return hosts;
    }

    private static void checkHosts(List<String> hosts, BiConsumer<String, String> error) {
        for (int i = 0; i < hosts.size(); i++) {
            if (!HOST.matcher(hosts.get(i)).matches()) {
                error.accept(
                        ".match.hosts[" + i + "]",
                        "expected a host such as `api.example.com` or `*.example.com`, without port, got `"
                                + hosts.get(i) + "`");
            }
        }
    }

    private static void checkMethods(List<String> methods, BiConsumer<String, String> error) {
        for (int i = 0; i < methods.size(); i++) {
            if (!METHOD.matcher(methods.get(i)).matches()) {
                error.accept(
                        ".match.methods[" + i + "]", "expected a method such as `GET`, got `" + methods.get(i) + "`");
            }
        }
    }
}
