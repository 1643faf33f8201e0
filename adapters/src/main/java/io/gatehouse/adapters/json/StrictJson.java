package io.gatehouse.adapters.json;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON value, and refuses whatever two readers could understand differently: duplicate members, text after the
 * value, bytes that are not UTF-8, lone surrogates, and numbers that do not survive a double (RFC 8785 would make two of them
 * equal). Depth, sizes and lengths are bounded. Objects become maps in the order sent, integers {@code Long}, other numbers
 * {@code Double}; what comes back cannot be modified.
 */
public final class StrictJson {
    /** How deep arrays and objects may be nested. */
    public static final int MAX_DEPTH = 64;

    private static final int MAX_NUMBER = 1100;
    private static final double MAX_SAFE = 9007199254740991d;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(1024)
                    .maxStringLength(64 << 20)
                    .build())
            .build();

    private final boolean keepInexact;

    private StrictJson(boolean keepInexact) {
        this.keepInexact = keepInexact;
    }

    /** Every number must survive a double: what a caller sends. */
    public static StrictJson exactNumbers() {
        return new StrictJson(false);
    }

    /** Numbers that a double would round stay a {@link BigDecimal}: what a server says, to be passed on as it is. */
    public static StrictJson lenientNumbers() {
        return new StrictJson(true);
    }

    /**
     * The value that the text holds.
     *
     * @throws JsonRefusedException where it is not one clean JSON value
     */
    public @Nullable Object read(byte[] utf8) {
        return read(decode(utf8));
    }

    /**
     * The value that the text holds.
     *
     * @throws JsonRefusedException where it is not one clean JSON value
     */
    public @Nullable Object read(String text) {
        try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                throw new JsonRefusedException("expected JSON, got nothing");
            }
            var value = value(parser);
            if (parser.nextToken() != null) {
                throw new JsonRefusedException("expected one JSON value, got more after it");
            }
            return value;
        } catch (JacksonException e) {
            throw new JsonRefusedException("not valid JSON, or nested or sized beyond the limits");
        }
    }

    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new JsonRefusedException("expected UTF-8");
        }
    }

    private @Nullable Object value(JsonParser parser) {
        var token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return object(parser);
        }
        if (token == JsonToken.START_ARRAY) {
            return array(parser);
        }
        if (token == JsonToken.VALUE_STRING) {
            return wellFormed(parser.getString());
        }
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return number(parser.getString());
        }
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private Map<String, @Nullable Object> object(JsonParser parser) {
        var members = new LinkedHashMap<String, @Nullable Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = wellFormed(parser.currentName());
            if (members.containsKey(name)) {
                throw new JsonRefusedException("a member is given twice");
            }
            parser.nextToken();
            members.put(name, value(parser));
        }
        return Collections.unmodifiableMap(members);
    }

    private List<@Nullable Object> array(JsonParser parser) {
        var items = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return Collections.unmodifiableList(items);
    }

    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new JsonRefusedException("a string holds half a character");
                }
                i++;
            }
        }
        return text;
    }

    private Object number(String text) {
        double value = Double.parseDouble(text);
        if (Double.isFinite(value) && exact(text, value)) {
            boolean whole = value == Math.rint(value) && Math.abs(value) <= MAX_SAFE;
            return whole ? (Object) (long) value : (Object) value;
        }
        if (keepInexact && text.length() <= 64) {
            return decimal(text);
        }
        throw new JsonRefusedException("a number does not fit a double exactly");
    }

    private static boolean exact(String text, double value) {
        return decimal(text).compareTo(new BigDecimal(EcmaNumber.format(value))) == 0;
    }

    private static BigDecimal decimal(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new JsonRefusedException("a number is beyond what the gateway reads");
        }
    }
}
