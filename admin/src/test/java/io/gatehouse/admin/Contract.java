package io.gatehouse.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gatehouse.testkit.RawResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document, held against what the server does. */
final class Contract {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final JsonNode document;
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final List<String> violations = new CopyOnWriteArrayList<>();

    private Contract(JsonNode document) {
        this.document = document;
    }

    static Contract load() {
        String text = new String(OperationEndpoints.openApiDocument(), StandardCharsets.UTF_8);
        return new Contract(MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text)));
    }

    /** Each as {@code METHOD path}. */
    Set<String> operations() {
        var operations = new TreeSet<String>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (String method : path.getValue().propertyNames()) {
                operations.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
            }
        }
        return operations;
    }

    /** Whether the operation's document asks for a credential. */
    boolean needsCredential(String operation) {
        var parts = operation.split(" ", 2);
        var node = document.get("paths").get(parts[1]).get(parts[0].toLowerCase(java.util.Locale.ROOT));
        return !node.has("security") || !node.get("security").isEmpty();
    }

    Set<String> queryParameters(String operation) {
        var parts = operation.split(" ", 2);
        var node = document.get("paths").get(parts[1]).get(parts[0].toLowerCase(java.util.Locale.ROOT));
        var names = new TreeSet<String>();
        node.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asString("").equals("query")) {
                names.add(parameter.get("name").asString());
            }
        });
        return names;
    }

    void check(String method, String target, RawResponse response) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        operation(method, path).ifPresent(operation -> check(method + " " + path, operation, response));
    }

    void assertNoViolations() {
        assertThat(violations).isEmpty();
    }

    private void check(String what, JsonNode operation, RawResponse response) {
        var responses = operation.get("responses");
        String status = Integer.toString(response.status());
        var described = resolve(responses.has(status) ? responses.get(status) : responses.get("default"));
        if (response.body().length == 0) {
            if (described.has("content")) {
                violations.add(what + ": " + status + " without the body that is described");
            }
            return;
        }
        String type = String.valueOf(response.header("content-type")).split(";", 2)[0];
        var content = described.path("content").path(type);
        if (content.isMissingNode()) {
            violations.add(what + ": " + status + " of undescribed type " + type);
        } else if (type.endsWith("json")) {
            schema(content.get("schema"))
                    .validate(MAPPER.readTree(response.body()))
                    .forEach(error -> violations.add(what + ": " + status + ": " + error));
        }
    }

    private Schema schema(JsonNode schema) {
        ObjectNode root = MAPPER.createObjectNode();
        root.putArray("allOf").add(schema);
        root.set("components", document.get("components"));
        return schemas.getSchema(root);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asString().substring(1)) : node;
    }

    private Optional<JsonNode> operation(String method, String path) {
        for (Map.Entry<String, JsonNode> entry : document.get("paths").properties()) {
            boolean fits = path.equals(entry.getKey())
                    || (!document.get("paths").has(path)
                            && path.matches(entry.getKey().replace("{id}", "[A-Za-z0-9_-]{1,64}")));
            var operation = entry.getValue().get(method.toLowerCase(java.util.Locale.ROOT));
            if (fits && operation != null) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }
}
