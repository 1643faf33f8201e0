package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

final class SchemaGeneratorTest {
    private static final ObjectNode GENERATED = new SchemaGenerator(Sample.decoders()).generate(Sample.class, "sample");
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(GENERATED.toString(), InputFormat.JSON);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'version': 1}",
                "{'version': '${VERSION}', 'token': '${file:token}'}",
                "{'version': 1, 'limits': {'body': '8KiB', 'rate': '1/s', 'sample': '1%', 'pause': '1s', 'most': 7}}",
                "{'version': 1, 'limits': {'body': '${BODY}'}, 'share': 0.25, 'folder': 'a/b'}",
                "{'version': 1, 'listeners': [{'name': 'a', 'address': 'a:1', 'tls': true, 'mode': 'very-safe', 'modes': ['fast']}]}",
                "{'version': 1, 'upstreams': {'a': {'targets': ['http://a', {'url': 'http://b', 'weight': 2}]}}}",
                "{'version': 1, 'routes': [{'to': 'a', 'steps': ['log', {'wait': {'time': '1s'}}, {'type': 'wait', 'time': '1s'}]}]}",
                "{'version': 1, 'labels': {'a': 'x', 'b': 7, 'c': true}, 'weights': {'fast': 1}}"
            })
    void takesWhatTheLoaderTakes(String json) {
        assertThat(SCHEMA.validate(json.replace('\'', '"'), InputFormat.JSON)).isEmpty();
        assertThat(Sample.loader().load("a", known(json), Sample.class)).isInstanceOf(LoadResult.Loaded.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'version': 'one'}",
                "{'version': 1.5}",
                "{'version': 1, 'listners': []}",
                "{'version': 1, 'listeners': [{'name': 'a'}]}",
                "{'version': 1, 'listeners': [{'name': 'a', 'address': 'a:1', 'mode': 'slow'}]}",
                "{'version': 1, 'listeners': [{'name': 'a', 'address': 'a:1', 'modes': ['fast', 'fast']}]}",
                "{'version': 1, 'limits': {'body': '8KB'}}",
                "{'version': 1, 'limits': {'pause': 10}}",
                "{'version': 1, 'limits': null}",
                "{'version': 1, 'upstreams': {'a': {'targets': [{'weight': 2}]}}}",
                "{'version': 1, 'routes': [{'to': 'a', 'steps': [{'wait': {}}]}]}"
            })
    void refusesWhatTheLoaderRefuses(String json) {
        assertThat(SCHEMA.validate(json.replace('\'', '"'), InputFormat.JSON)).isNotEmpty();
        assertThat(Sample.loader().load("a", known(json), Sample.class)).isInstanceOf(LoadResult.Rejected.class);
    }

    private static String known(String json) {
        return json.replace("${VERSION}", "${PORT}")
                .replace("${BODY}", "${UNSET:-8KiB}")
                .replace("${file:token}", "${file:token.txt}");
    }

    @Test
    void carriesWordsAndDefaults() {
        var limits = GENERATED.at("/$defs/Sample.Limits");

        assertThat(limits.at("/properties/body/description").asString()).isEqualTo("longest body");
        assertThat(limits.at("/properties/body/default").asString()).isEqualTo("10MiB");
        assertThat(limits.at("/properties/most/default").asLong()).isEqualTo(9_000_000_000L);
        assertThat(limits.at("/additionalProperties").asBoolean(true)).isFalse();
        assertThat(GENERATED.at("/required").toString()).isEqualTo("[\"version\"]");
    }
}
