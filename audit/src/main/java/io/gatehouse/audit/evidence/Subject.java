package io.gatehouse.audit.evidence;

import tools.jackson.databind.JsonNode;

/**
 * What a bundle is about: all events of one approval, or of one request.
 *
 * @param field {@code approval} or {@code requestId}
 * @param id its id
 */
public record Subject(String field, String id) {
    public Subject {
        if (!field.equals("approval") && !field.equals("requestId")) {
            throw new IllegalArgumentException("subject: expected approval or requestId, got `" + field + "`");
        }
    }

    public static Subject approval(String id) {
        return new Subject("approval", id);
    }

    public static Subject request(String id) {
        return new Subject("requestId", id);
    }

    boolean matches(JsonNode event) {
        return event.path(field).asString("").equals(id);
    }
}
