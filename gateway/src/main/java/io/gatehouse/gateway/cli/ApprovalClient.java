package io.gatehouse.gateway.cli;

import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The approver's side of the admin API. */
final class ApprovalClient implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(40);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int LISTED = 1000;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final URI url;
    private final String token;

    ApprovalClient(URI url, String token) {
        this.url = url;
        this.token = token;
    }

    /** What the gateway refused, or why it could not be asked; the message is for people. */
    static final class Failure extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message, null, false, false);
        }
    }

    /** At most the newest 1000. */
    List<JsonNode> list(@Nullable String state) throws Failure {
        var items = new ArrayList<JsonNode>();
        String query = "limit=100" + (state == null ? "" : "&state=" + encode(state));
        String cursor = "";
        do {
            var page = call("GET", "/v1/approvals?" + query + cursor, null);
            page.path("items").forEach(items::add);
            String next = page.path("next_cursor").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + encode(next);
        } while (!cursor.isEmpty() && items.size() < LISTED);
        return items;
    }

    JsonNode show(String id) throws Failure {
        return call("GET", "/v1/approvals/" + requireId(id), null);
    }

    JsonNode vote(String id, String word, String reason, String decisionDigest) throws Failure {
        var body = Map.of("reason", reason, "decisionDigest", decisionDigest);
        return call("POST", "/v1/approvals/" + requireId(id) + "/" + word, MAPPER.writeValueAsString(body));
    }

    private static String requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new ApprovalUsageException("expected the id of an approval, got `" + id + "`");
        }
        return id;
    }

    private JsonNode call(String method, String path, @Nullable String body) throws Failure {
        var request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body));
        }
        try {
            var response = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            var json = MAPPER.readTree(response.body());
            if (response.statusCode() == 200) {
                return json;
            }
            if (response.statusCode() == 401) {
                throw new Failure("unauthenticated: the gateway at `" + url + "` does not know this token;"
                        + " name one with --token-file FILE, GATEHOUSE_TOKEN or --token TOKEN");
            }
            throw new Failure(json.path("code").asString("http_" + response.statusCode()) + ": "
                    + json.path("detail").asString("the gateway refused"));
        } catch (JacksonException e) {
            throw new Failure("`" + url + "` does not answer like an admin listener");
        } catch (IOException e) {
            throw new Failure("the gateway at `" + url + "` cannot be reached");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted");
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
