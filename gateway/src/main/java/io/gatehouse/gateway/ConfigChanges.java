package io.gatehouse.gateway;

import io.gatehouse.admin.AdminPorts.Change;
import io.gatehouse.admin.AdminPorts.Change.Kind;
import io.gatehouse.config.ConfigError;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.RouteConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What differs between two configurations, by part and name. */
final class ConfigChanges {
    private final List<Change> changes = new ArrayList<>();

    private ConfigChanges() {}

    static List<Change> between(LoadedConfig before, LoadedConfig after) {
        var found = new ConfigChanges();
        var old = before.config();
        var now = after.config();
        found.compare(
                "listener",
                named(old.server().listeners(), ListenerConfig::name),
                named(now.server().listeners(), ListenerConfig::name));
        found.compare("upstream", old.upstreams(), now.upstreams());
        found.compare("engine", old.engines(), now.engines());
        found.compare("chain", old.chains(), now.chains());
        found.compare("route", named(old.routes(), RouteConfig::name), named(now.routes(), RouteConfig::name));
        var files = before.tlsFiles();
        after.tlsFiles().forEach((file, print) -> {
            if (files.containsKey(file) && !print.equals(files.get(file))) {
                found.changes.add(new Change("file", file, Kind.CHANGED));
            }
        });
        if (!before.policies().version().equals(after.policies().version())) {
            found.changes.add(new Change("policies", after.policies().version(), Kind.CHANGED));
        }
        return List.copyOf(found.changes);
    }

    /** What {@code after} changes and only a restart can: what owns files, sockets and connections of its own. */
    static List<ConfigError> needingRestart(LoadedConfig before, LoadedConfig after) {
        var old = before.config();
        var now = after.config();
        Map<String, Boolean> kept = new LinkedHashMap<>();
        kept.put("server.admin", old.server().admin().equals(now.server().admin()));
        kept.put("server.node", old.server().node().equals(now.server().node()));
        kept.put("stores", old.stores().equals(now.stores()));
        kept.put("audit", old.audit().equals(now.audit()));
        kept.put("approvals", old.approvals().equals(now.approvals()));
        kept.put("telemetry", old.telemetry().equals(now.telemetry()));
        return kept.entrySet().stream()
                .filter(section -> !section.getValue())
                .map(Map.Entry::getKey)
                .map(section -> after.positions()
                        .error(section, "`" + section + "` cannot change while the gateway runs: restart it"))
                .toList();
    }

    private static <T> Map<String, T> named(List<T> parts, Function<T, String> name) {
        var named = new LinkedHashMap<String, T>();
        parts.forEach(part -> named.put(name.apply(part), part));
        return named;
    }

    private void compare(String part, Map<String, ?> before, Map<String, ?> after) {
        before.forEach((name, old) -> {
            var now = after.get(name);
            if (now == null) {
                changes.add(new Change(part, name, Kind.REMOVED));
            } else if (!now.equals(old)) {
                changes.add(new Change(part, name, Kind.CHANGED));
            }
        });
        after.keySet().stream()
                .filter(name -> !before.containsKey(name))
                .forEach(name -> changes.add(new Change(part, name, Kind.ADDED)));
    }
}
