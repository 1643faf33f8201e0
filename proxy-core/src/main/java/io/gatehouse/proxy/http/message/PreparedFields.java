package io.gatehouse.proxy.http.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Fields that are sent again and again, and the lines of HTTP/1.1 that they make. */
public final class PreparedFields {
    private final FlatHeaders fields;
    private final byte[] lines;

    /** Takes {@code fields} over: they change no more. */
    public PreparedFields(FlatHeaders fields) {
        this.fields = fields;
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.fieldCount(); i++) {
            var line = fields.nameAt(i) + ": " + fields.valueAt(i) + "\r\n";
            out.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        this.lines = out.toByteArray();
    }

    FlatHeaders fields() {
        return fields;
    }

    /** What they make in HTTP/1.1; not to be changed. */
    public byte[] lines() {
        return lines;
    }
}
