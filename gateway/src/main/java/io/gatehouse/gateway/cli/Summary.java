package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.FilterSpec;
import io.gatehouse.gateway.config.GatewayConfig;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Phase;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says in a few lines what a configuration does. */
final class Summary {
    private Summary() {}

    static String of(Path file, LoadedConfig loaded) {
        var config = loaded.config();
        var text = new StringBuilder();
        line(
                text,
                file + ": " + TerminalText.counted(config.routes().size(), "route") + ", "
                        + TerminalText.counted(loaded.policies().size(), "policy", "policies") + ", "
                        + TerminalText.counted(loaded.warnings().size(), "warning"));
        line(
                text,
                "  listens on "
                        + config.server().listeners().stream()
                                .map(ListenerConfig::address)
                                .collect(Collectors.joining(", "))
                        + "; admin on "
                        + config.server().admin().address());
        config.routes().forEach(route -> route(text, config, route));
        return text.toString();
    }

    private static void route(StringBuilder text, GatewayConfig config, RouteConfig<FilterSpec> route) {
        var match = route.match();
        line(text, "");
        line(
                text,
                "route " + route.name() + ": " + either(match.methods(), "any method") + " "
                        + either(match.hosts(), "any host") + " " + match.path() + " -> "
                        + config.destination(route));
        var filters = config.filters(route);
        for (var phase : Phase.values()) {
            var names = filters.stream()
                    .filter(filter -> filter.phase() == phase)
                    .map(FilterSpec.Configured::name)
                    .collect(Collectors.joining(", "));
            if (!names.isEmpty()) {
                line(text, String.format(Locale.ROOT, "  %-10s %s", phase.name().toLowerCase(Locale.ROOT), names));
            }
        }
        if (filters.isEmpty()) {
            line(text, "  nothing guards it");
        }
    }

    private static String either(List<String> values, String any) {
        return values.isEmpty() ? any : String.join(",", values);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
