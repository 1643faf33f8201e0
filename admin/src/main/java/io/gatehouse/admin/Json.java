package io.gatehouse.admin;

import io.gatehouse.proxy.filter.LocalResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** How this API reads and writes JSON: reading is strict, so that nothing is taken for something else. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private Json() {}

    static <T extends Record> T read(Call call, Class<T> type) {
        String contentType = call.headers().get("content-type", "");
        if (!contentType.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw Refusal.invalid("expected a body of type application/json");
        }
        try {
            T value = MAPPER.readValue(call.body(), type);
            if (value != null) {
                return value;
            }
        } catch (JacksonException e) {
            throw Refusal.invalid("the body is not the JSON object that this path takes");
        }
        throw Refusal.invalid("expected a JSON object, got `null`");
    }

    static LocalResponse answer(int status, Object value) {
        return LocalResponse.of(status, "application/json", bytes(value));
    }

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }
}
