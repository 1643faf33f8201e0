package io.gatehouse.adapters.http;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Shorthand;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What one argument may be, and where it goes. */
@Shorthand("type")
public record ArgumentConfig(
        Kind type,

        @Doc("left out: path where the path names it, else query for GET and DELETE, else body") @Nullable
        Place in,

        @Default("true") boolean required,

        @Default("") String description,

        @Doc("regular expression that a whole string must match") @Nullable
        String pattern,

        @Doc("of a string, in characters") @Default("1000") int maxLength,

        @Doc("least number") @Nullable Double minimum,

        @Doc("greatest number") @Nullable Double maximum,

        @Doc("the only strings allowed; empty for any") List<String> values) {
    /** JSON types. */
    public enum Kind {
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        OBJECT,
        ARRAY
    }

    /** Where in the request to the target an argument goes. */
    public enum Place {
        PATH,
        QUERY,
        HEADER,
        BODY
    }

    public ArgumentConfig {
        values = List.copyOf(values);
        if (maxLength < 1 || maxLength > 1_000_000) {
            throw new IllegalArgumentException("maxLength: expected 1 to 1000000, got `" + maxLength + "`");
        }
        if (type != Kind.STRING && (pattern != null || !values.isEmpty())) {
            throw new IllegalArgumentException("pattern and values: expected type string");
        }
        if (type != Kind.INTEGER && type != Kind.NUMBER && (minimum != null || maximum != null)) {
            throw new IllegalArgumentException("minimum and maximum: expected type integer or number");
        }
        if ((type == Kind.OBJECT || type == Kind.ARRAY) && in != null && in != Place.BODY) {
            throw new IllegalArgumentException("in: expected body for an object or an array");
        }
        if (in == Place.PATH && !required) {
            throw new IllegalArgumentException("required: an argument in the path cannot be left out");
        }
        if (pattern != null) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException("pattern: expected a regular expression, got `" + pattern + "`");
            }
        }
    }
}
