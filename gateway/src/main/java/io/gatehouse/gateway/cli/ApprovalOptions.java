package io.gatehouse.gateway.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which gateway, who asks, and how the answer is printed. */
final class ApprovalOptions {
    private static final String DEFAULT_URL = "http://127.0.0.1:9900";
    private static final Path DEFAULT_TOKEN_FILE = Path.of("data", "admin.token");

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The admin listener; otherwise GATEHOUSE_URL, otherwise " + DEFAULT_URL + ".")
    private @Nullable String url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "An admin token, which other users of this machine can see; otherwise GATEHOUSE_TOKEN.")
    private @Nullable String token;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file that holds it; otherwise data/admin.token where there is one.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How it is printed (default: ${DEFAULT-VALUE}).")
    private Output output = Output.table;

    boolean json() {
        return output == Output.json;
    }

    URI url(Map<String, String> environment) {
        String given = url != null ? url : environment.getOrDefault("GATEHOUSE_URL", DEFAULT_URL);
        try {
            var uri = new URI(given);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new ApprovalUsageException("url: expected such as `" + DEFAULT_URL + "`, got `" + given + "`");
        }
        throw new ApprovalUsageException("url: expected such as `" + DEFAULT_URL + "`, got `" + given + "`");
    }

    String token(Map<String, String> environment) {
        String given = token;
        if (given == null && tokenFile != null) {
            given = read(tokenFile);
        }
        if (given == null) {
            given = environment.get("GATEHOUSE_TOKEN");
        }
        if (given == null && Files.isReadable(DEFAULT_TOKEN_FILE)) {
            given = read(DEFAULT_TOKEN_FILE);
        }
        if (given == null) {
            throw new ApprovalUsageException("token: expected --token-file, GATEHOUSE_TOKEN or --token");
        }
        String stripped = given.strip();
        if (!stripped.matches("[\\x21-\\x7e]+")) {
            throw new ApprovalUsageException("token: expected printable ASCII without spaces");
        }
        return stripped;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ApprovalUsageException("token: cannot read `" + file + "`");
        }
    }
}
