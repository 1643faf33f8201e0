package io.gatehouse.gateway;

import io.gatehouse.gateway.config.ConfigSource;
import io.gatehouse.gateway.config.Extensions;
import io.gatehouse.gateway.config.LoadedConfig;
import io.gatehouse.proxy.http.transport.Transport;
import io.gatehouse.testkit.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** A whole gateway on free ports, as a test's configuration describes it, and the approver's side of it. */
final class RunningGateway implements AutoCloseable {
    static final String KEY = "k7Qm2vX9tR4wZ8bN3pLs";
    static final String APPROVER = "u5Hd8cJ1yF6gT0eW7aVo";
    private static final Pattern DIGEST = Pattern.compile("\"decisionDigest\"\\s*:\\s*\"([0-9a-f]{64})\"");

    private final Gateway gateway;
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Starts {@code config}, in which {@code @KEY@} and {@code @APPROVER@} stand for the secrets. */
    static RunningGateway start(Path folder, String config) throws IOException {
        return start(folder, config, Transport.kindFrom(Map.of()));
    }

    static RunningGateway start(Path folder, String config, Transport.Kind transport) throws IOException {
        return start(folder, config, transport, BuiltIns.extensions());
    }

    static RunningGateway start(Path folder, String config, Transport.Kind transport, Extensions extensions)
            throws IOException {
        var file = folder.resolve("gatehouse.yaml");
        Files.writeString(file, config);
        var environment = Map.of(
                "KEY", KEY, "APPROVER", APPROVER, "GATEHOUSE_LOOPS", "1", "GATEHOUSE_TRANSPORT", transport.wireName());
        var loaded = new ConfigSource(extensions).load(file, environment);
        if (!(loaded instanceof LoadedConfig good)) {
            throw new IllegalStateException(loaded.toString());
        }
        return new RunningGateway(Gateway.start(file, good, environment));
    }

    Gateway gateway() {
        return gateway;
    }

    int port() {
        return gateway.addresses().getFirst().getPort();
    }

    RawClient client() {
        return RawClient.connect(port());
    }

    /** Approves as {@code ada}. */
    void approve(String id) throws IOException, InterruptedException {
        var shown = admin("GET", "/v1/approvals/" + id, "");
        var digest = DIGEST.matcher(shown);
        if (!digest.find()) {
            throw new IllegalStateException(shown);
        }
        admin(
                "POST",
                "/v1/approvals/" + id + "/approve",
                "{\"reason\":\"fine\",\"decisionDigest\":\"" + digest.group(1) + "\"}");
    }

    private String admin(String method, String path, String body) throws IOException, InterruptedException {
        var response = call(method, path, body);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** Asks the admin listener, as who holds the approver's token. */
    HttpResponse<String> call(String method, String path) throws IOException, InterruptedException {
        return call(method, path, "");
    }

    private HttpResponse<String> call(String method, String path, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.adminAddress().getPort() + path))
                .header("Authorization", "Bearer " + APPROVER)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
        gateway.close();
    }
}
