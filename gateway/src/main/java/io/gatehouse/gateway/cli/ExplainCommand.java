package io.gatehouse.gateway.cli;

import io.gatehouse.filters.authn.apikey.ApiKeyConfig;
import io.gatehouse.gateway.config.ConfigOutcome;
import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.FilterSpec;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.policy.AccessRequest;
import io.gatehouse.policy.Action;
import io.gatehouse.policy.Attributes;
import io.gatehouse.policy.Principal;
import io.gatehouse.policy.Resource;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.route.PathNormalizer;
import io.gatehouse.proxy.route.PathPattern;
import io.gatehouse.proxy.route.RouteTable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatehouse explain}. */
@Command(
        name = "explain",
        description =
                "Says which route takes a request, which filters it meets, and what the policies decide. Sends nothing.",
        footer = {
            "",
            "The request is judged as plain HTTP: where the route leads to an engine, that engine would first read the",
            "body to know operation and arguments. Exit codes: 0 a route takes it, 1 none does or the configuration has",
            "errors, 2 wrong usage."
        })
final class ExplainCommand implements Callable<Integer> {
    private final ConfigSource source;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "gatehouse.yaml",
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    private Path file;

    @Parameters(index = "0", paramLabel = "METHOD", description = "Such as GET.")
    private String method;

    @Parameters(index = "1", paramLabel = "URL", description = "Such as http://api.example.com/orders/7.")
    private String url;

    @Option(names = "-H", paramLabel = "HEADER", description = "`Name: value`; may be given several times.")
    private List<String> headers = List.of();

    @Option(
            names = "--as",
            paramLabel = "PRINCIPAL",
            description = "Who asks: a client of the configuration, or TYPE:ID; left out: nobody identified.")
    private @Nullable String principal;

    ExplainCommand(ConfigSource source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        ExplainArguments arguments;
        String path;
        try {
            arguments = ExplainArguments.parse(method, url, headers, principal);
            var raw = arguments.url().getRawPath();
            path = PathNormalizer.normalize(raw.isEmpty() ? "/" : raw);
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(spec.commandLine(), String.valueOf(refused.getMessage()), refused);
        }
        return switch (source.load(file, environment)) {
            case ConfigOutcome.Refused(var errors) -> {
                errors.forEach(spec.commandLine().getErr()::println);
                yield CommandLines.FAILED;
            }
            case LoadedConfig loaded -> explain(loaded, arguments, path);
        };
    }

    private int explain(LoadedConfig loaded, ExplainArguments arguments, String path) {
        var out = spec.commandLine().getOut();
        var route = route(loaded, arguments, path);
        if (route == null) {
            out.println("no route takes " + arguments.method() + " " + arguments.url());
            out.flush();
            return CommandLines.FAILED;
        }
        var filters = loaded.config().filters(route);
        out.println("route " + route.name() + " -> " + route.to());
        for (var filter : filters) {
            out.println(String.format(
                    Locale.ROOT, "  %-10s %s", filter.phase().name().toLowerCase(Locale.ROOT), filter.name()));
        }
        if (loaded.config().engines().containsKey(route.to())) {
            out.println("note: engine `" + route.to() + "` would name operation and arguments from the body;"
                    + " the policies below judge plain " + arguments.method());
        }
        if (filters.stream().noneMatch(filter -> filter.phase() == Phase.AUTHORIZE)) {
            out.println("no policy is asked: the route has no `authorize`");
        } else {
            var asking = principal(arguments.principal(), filters);
            out.println("principal " + asking.reference()
                    + (asking.roles().isEmpty()
                            ? ""
                            : " (roles " + asking.roles().stream().sorted().collect(Collectors.joining(", ")) + ")"));
            out.println(loaded.policies()
                    .explain(new Question(route, arguments, path, asking))
                    .text());
        }
        out.flush();
        return 0;
    }

    private static @Nullable RouteConfig<FilterSpec> route(
            LoadedConfig loaded, ExplainArguments arguments, String path) {
        var entries = loaded.config().routes().stream()
                .map(route -> new RouteTable.Entry<>(
                        route.name(),
                        route.match().hosts(),
                        route.match().includeApex(),
                        PathPattern.parse(route.match().path()),
                        Set.copyOf(route.match().methods()),
                        route))
                .toList();
        var match = new RouteTable.Match<RouteConfig<FilterSpec>>();
        new RouteTable<>(entries)
                .find(arguments.url().getHost().toLowerCase(Locale.ROOT), path, arguments.method(), match);
        return match.route();
    }

    /** The client of that name with its roles, where the route's keys know it. */
    private static Principal principal(@Nullable String name, List<FilterSpec.Configured<?>> filters) {
        if (name == null) {
            return Principal.ANONYMOUS;
        }
        var id = name.startsWith("client:") ? name.substring("client:".length()) : name;
        for (var filter : filters) {
            if (filter.config() instanceof ApiKeyConfig keys) {
                for (var key : keys.keys()) {
                    if (key.client().equals(id)) {
                        return new Principal(
                                Principal.DEFAULT_TENANT, "client", id, Set.copyOf(key.roles()), Attributes.NONE);
                    }
                }
            }
        }
        int colon = name.indexOf(':');
        return new Principal(
                Principal.DEFAULT_TENANT,
                colon < 0 ? "client" : name.substring(0, colon),
                name.substring(colon + 1),
                Set.of(),
                Attributes.NONE);
    }

    /** The request as policies see it. */
    private record Question(RouteConfig<FilterSpec> route, ExplainArguments arguments, String path, Principal principal)
            implements AccessRequest {
        @Override
        public Action action() {
            return new Action("http", arguments.method(), Attributes.of(Map.of("risk", (long) route.risk())));
        }

        @Override
        public Resource resource() {
            return new Resource("path", path, Attributes.NONE);
        }

        @Override
        public Attributes context() {
            var headers = new HashMap<String, String>();
            arguments.headers().forEach((name, values) -> headers.put(name, String.join(", ", values)));
            return Attributes.of(Map.of(
                    "time",
                    System.currentTimeMillis(),
                    "address",
                    "127.0.0.1",
                    "host",
                    arguments.url().getRawAuthority(),
                    "method",
                    arguments.method(),
                    "path",
                    path,
                    "route",
                    route.name(),
                    "listener",
                    "explain",
                    "headers",
                    headers));
        }

        @Override
        public String routeName() {
            return route.name();
        }
    }
}
