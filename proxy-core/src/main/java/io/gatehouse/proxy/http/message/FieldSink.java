package io.gatehouse.proxy.http.message;

import io.netty.util.AsciiString;

/** What the fields of a head are written to, one after the other. */
public interface FieldSink {
    /** Takes a field; the name is lower-case. */
    void field(AsciiString name, CharSequence value);

    /** Takes every field. */
    default void fields(FlatHeaders headers) {
        for (int i = 0; i < headers.fieldCount(); i++) {
            field(headers.nameAt(i), headers.valueAt(i));
        }
    }

    /** Takes fields that were prepared for this. */
    default void fields(PreparedFields prepared) {
        fields(prepared.fields());
    }
}
