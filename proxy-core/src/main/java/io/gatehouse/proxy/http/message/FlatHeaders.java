package io.gatehouse.proxy.http.message;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Headers as one flat array of lower-case names and values in the order of the wire. For the dozen fields of a usual message
 * this is faster to fill, search and write than a hash table, and allocates one array. What the parser read is taken as it
 * is, since the parser has checked it; what anyone else adds is checked here, so that no line break reaches the wire.
 */
public final class FlatHeaders extends HttpHeaders {
    private static final int INITIAL = 16;

    /** IMF-fixdate (RFC 9110, 5.6.7). */
    public static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    /** Name, value, name, value. */
    private CharSequence[] fields = new CharSequence[2 * INITIAL];

    private int end;

    /** Adds a field that has been checked; the name is lower-case. */
    public void append(AsciiString name, CharSequence value) {
        if (end == fields.length) {
            fields = Arrays.copyOf(fields, end * 2);
        }
        fields[end] = name;
        fields[end + 1] = value;
        end += 2;
    }

    /**
     * Adds a field whose name was read from the wire and will hardly be met again.
     *
     * @throws IllegalArgumentException where name or value may not stand in a head
     */
    public void addRead(AsciiString name, CharSequence value) {
        append(CheckedField.token(name), CheckedField.value(value));
    }

    @Override
    public FlatHeaders copy() {
        var copy = new FlatHeaders();
        copy.fields = Arrays.copyOf(fields, fields.length);
        copy.end = end;
        return copy;
    }

    public int fieldCount() {
        return end / 2;
    }

    public AsciiString nameAt(int index) {
        return (AsciiString) fields[2 * index];
    }

    public CharSequence valueAt(int index) {
        return fields[2 * index + 1];
    }

    private int indexOf(CharSequence name, int from) {
        int length = name.length();
        for (int i = from; i < end; i += 2) {
            var candidate = fields[i];
            if (candidate.length() == length && isSame(candidate, name)) {
                return i;
            }
        }
        return -1;
    }

    @SuppressWarnings("ReferenceEquality") // well-known names are one object each: a short way for most look-ups
    private static boolean isSame(CharSequence candidate, CharSequence name) {
        return candidate == name || AsciiString.contentEqualsIgnoreCase(candidate, name);
    }

    private static String text(CharSequence value) {
        return value.toString();
    }

    @Override
    public @Nullable String get(String name) {
        return get((CharSequence) name);
    }

    @Override
    public @Nullable String get(CharSequence name) {
        int at = indexOf(name, 0);
        return at < 0 ? null : text(fields[at + 1]);
    }

    @Override
    public @Nullable Integer getInt(CharSequence name) {
        var value = get(name);
        try {
            return value == null ? null : Integer.valueOf(value);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    @Override
    public int getInt(CharSequence name, int defaultValue) {
        var value = getInt(name);
        return value == null ? defaultValue : value;
    }

    @Override
    public @Nullable Short getShort(CharSequence name) {
        var value = getInt(name);
        return value == null ? null : (Short) value.shortValue();
    }

    @Override
    public short getShort(CharSequence name, short defaultValue) {
        var value = getShort(name);
        return value == null ? defaultValue : value;
    }

    @Override
    public @Nullable Long getTimeMillis(CharSequence name) {
        var value = get(name);
        try {
            return value == null
                    ? null
                    : (Long) DATE.parse(value, Instant::from).toEpochMilli();
        } catch (DateTimeParseException noDate) {
            return null;
        }
    }

    @Override
    public long getTimeMillis(CharSequence name, long defaultValue) {
        var value = getTimeMillis(name);
        return value == null ? defaultValue : value;
    }

    @Override
    public List<String> getAll(String name) {
        return getAll((CharSequence) name);
    }

    @Override
    public List<String> getAll(CharSequence name) {
        var values = new ArrayList<String>(2);
        for (int at = indexOf(name, 0); at >= 0; at = indexOf(name, at + 2)) {
            values.add(text(fields[at + 1]));
        }
        return values;
    }

    @Override
    public List<Map.Entry<String, String>> entries() {
        var entries = new ArrayList<Map.Entry<String, String>>(fieldCount());
        for (int i = 0; i < end; i += 2) {
            entries.add(Map.entry(text(fields[i]), text(fields[i + 1])));
        }
        return entries;
    }

    @Override
    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    @Override
    public boolean contains(CharSequence name) {
        return indexOf(name, 0) >= 0;
    }

    @Override
    public boolean isEmpty() {
        return end == 0;
    }

    @Override
    public int size() {
        return fieldCount();
    }

    @Override
    public Set<String> names() {
        var names = new LinkedHashSet<String>();
        for (int i = 0; i < end; i += 2) {
            names.add(text(fields[i]));
        }
        return names;
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        return add((CharSequence) name, value);
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        append(CheckedField.name(name), CheckedField.value(value));
        return this;
    }

    @Override
    public HttpHeaders add(String name, Iterable<?> values) {
        for (var value : values) {
            add((CharSequence) name, value);
        }
        return this;
    }

    @Override
    public HttpHeaders addInt(CharSequence name, int value) {
        return add(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders addShort(CharSequence name, short value) {
        return add(name, Short.toString(value));
    }

    @Override
    public HttpHeaders set(String name, Object value) {
        return set((CharSequence) name, value);
    }

    @Override
    public HttpHeaders set(CharSequence name, Object value) {
        var checked = CheckedField.value(value);
        int at = indexOf(name, 0);
        if (at < 0) {
            append(CheckedField.name(name), checked);
        } else {
            fields[at + 1] = checked;
            removeFrom(name, at + 2);
        }
        return this;
    }

    @Override
    public HttpHeaders set(String name, Iterable<?> values) {
        remove((CharSequence) name);
        return add(name, values);
    }

    @Override
    public HttpHeaders setInt(CharSequence name, int value) {
        return set(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders setShort(CharSequence name, short value) {
        return set(name, Short.toString(value));
    }

    @Override
    public HttpHeaders remove(String name) {
        return remove((CharSequence) name);
    }

    @Override
    public HttpHeaders remove(CharSequence name) {
        removeFrom(name, 0);
        return this;
    }

    /** Removes every field but those of one name. */
    public void retain(CharSequence name) {
        int to = 0;
        for (int i = 0; i < end; i += 2) {
            if (isSame(fields[i], name)) {
                fields[to] = fields[i];
                fields[to + 1] = fields[i + 1];
                to += 2;
            }
        }
        end = to;
    }

    private void removeFrom(CharSequence name, int from) {
        int at = indexOf(name, from);
        if (at < 0) {
            return;
        }
        int to = at;
        for (int i = at; i < end; i += 2) {
            if (!isSame(fields[i], name)) {
                fields[to] = fields[i];
                fields[to + 1] = fields[i + 1];
                to += 2;
            }
        }
        end = to;
    }

    @Override
    public HttpHeaders clear() {
        end = 0;
        return this;
    }

    @Override
    @Deprecated // by Netty, for its callers; it must be there all the same
    public Iterator<Map.Entry<String, String>> iterator() {
        return new Fields<>() {
            @Override
            Map.Entry<String, String> at(int index) {
                return Map.entry(text(fields[index]), text(fields[index + 1]));
            }
        };
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iteratorCharSequence() {
        return new Fields<>() {
            @Override
            Map.Entry<CharSequence, CharSequence> at(int index) {
                return Map.entry(fields[index], fields[index + 1]);
            }
        };
    }

    /** Walks over the fields as they stand. */
    private abstract class Fields<E> implements Iterator<E> {
        private int next;

        abstract E at(int index);

        @Override
        public boolean hasNext() {
            return next < end;
        }

        @Override
        public E next() {
            if (next >= end) {
                throw new NoSuchElementException();
            }
            var entry = at(next);
            next += 2;
            return entry;
        }
    }
}
