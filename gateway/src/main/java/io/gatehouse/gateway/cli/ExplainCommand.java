package io.gatehouse.gateway.cli;

import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.proxy.route.PathNormalizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "Where the route leads to an engine, that engine reads operation and arguments from path and body, as it does"
                    + " in the gateway. What only its server could tell is assumed, and said.",
            "",
            "Example:",
            "  gatehouse explain POST http://localhost/customers/delete --data @body.json",
            "",
            "Exit codes: 0 a route takes it, 1 none does or the configuration has errors, 2 wrong usage."
        })
final class ExplainCommand implements Callable<Integer> {
    private final ConfigSource source;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOption config;

    @Parameters(index = "0", paramLabel = "METHOD", description = "Such as GET.")
    private String method;

    @Parameters(index = "1", paramLabel = "URL", description = "Such as http://api.example.com/orders/7.")
    private String url;

    @Option(names = "-H", paramLabel = "HEADER", description = "`Name: value`; may be given several times.")
    private List<String> headers = List.of();

    @Option(
            names = "--data",
            paramLabel = "TEXT|@FILE",
            description = "The body, or a file that holds it; application/json unless -H says otherwise.")
    private @Nullable String data;

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
            arguments = ExplainArguments.parse(method, url, headers, principal).withBody(body());
            var raw = arguments.url().getRawPath();
            path = PathNormalizer.normalize(raw.isEmpty() ? "/" : raw);
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(spec.commandLine(), String.valueOf(refused.getMessage()), refused);
        }
        var loaded = ConfigOption.usable(
                source.load(config.file(), environment), spec.commandLine().getErr());
        if (loaded == null) {
            return CommandLines.FAILED;
        }
        var out = spec.commandLine().getOut();
        boolean taken = new Explanation(loaded, arguments, path, out).print();
        out.flush();
        return taken ? 0 : CommandLines.FAILED;
    }

    private String body() {
        if (data == null || !data.startsWith("@")) {
            return data == null ? "" : data;
        }
        try {
            return Files.readString(Path.of(data.substring(1)));
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("--data: cannot read `" + data.substring(1) + "` as text", e);
        }
    }
}
