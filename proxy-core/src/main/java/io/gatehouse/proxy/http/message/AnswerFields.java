package io.gatehouse.proxy.http.message;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** An answer's head or trailers, as HPACK encodes them: read where they stand, and without what belongs to HTTP/1.1 alone. */
public final class AnswerFields extends Http2Fields {
    private static final AsciiString STATUS = AsciiString.cached(":status");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final FlatHeaders NONE = new FlatHeaders();

    private final Walk walk = new Walk();
    private @Nullable AsciiString status;
    private FlatHeaders fields = NONE;
    private @Nullable String contentLength;

    /** Stands for {@code head} until the next call. */
    public AnswerFields of(AnswerHead head) {
        status = HttpResponseStatus.valueOf(head.status).codeAsText();
        fields = head.headers;
        boolean sized = head.contentLength >= 0 && head.status != 204 && head.status >= 200;
        contentLength = sized ? Long.toString(head.contentLength) : null;
        return this;
    }

    /** Stands for {@code trailers}. */
    public static AnswerFields trailers(FlatHeaders trailers) {
        var view = new AnswerFields();
        view.fields = trailers;
        return view;
    }

    /** Lets go of what it stood for. */
    public void release() {
        status = null;
        fields = NONE;
        contentLength = null;
    }

    @Override
    public @Nullable CharSequence status() {
        return status;
    }

    @Override
    public int size() {
        return fields.fieldCount();
    }

    @Override
    public boolean isEmpty() {
        return status == null && fields.isEmpty();
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        walk.restart();
        return walk;
    }

    /** Whether a field means nothing, or worse, in HTTP/2 (RFC 9113, 8.2.2). */
    private static boolean isOfConnection(AsciiString name) {
        var known = switch (name.length()) {
            case 7 -> "upgrade";
            case 10 -> name.byteAt(0) == 'c' ? "connection" : "keep-alive";
            case 16 -> "proxy-connection";
            case 17 -> "transfer-encoding";
            default -> "";
        };
        return !known.isEmpty() && name.contentEquals(known);
    }

    /** The one cursor, which is its own entry. */
    private final class Walk
            implements Iterator<Map.Entry<CharSequence, CharSequence>>, Map.Entry<CharSequence, CharSequence> {
        private static final int AT_STATUS = -2;
        private static final int AT_LENGTH = -1;
        private static final int BEFORE = -3;

        private int at = BEFORE;
        private int next = BEFORE;

        void restart() {
            at = BEFORE;
            next = after(BEFORE);
        }

        private int after(int index) {
            int candidate = index + 1;
            if (candidate == AT_STATUS && status == null) {
                candidate++;
            }
            if (candidate == AT_LENGTH && contentLength == null) {
                candidate++;
            }
            while (candidate >= 0 && candidate < fields.fieldCount() && isOfConnection(fields.nameAt(candidate))) {
                candidate++;
            }
            return candidate;
        }

        @Override
        public boolean hasNext() {
            return next < fields.fieldCount();
        }

        @Override
        public Map.Entry<CharSequence, CharSequence> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            at = next;
            next = after(at);
            return this;
        }

        @Override
        public CharSequence getKey() {
            return at == AT_STATUS ? STATUS : at == AT_LENGTH ? CONTENT_LENGTH : fields.nameAt(at);
        }

        @Override
        public CharSequence getValue() {
            var special = at == AT_STATUS ? status : at == AT_LENGTH ? contentLength : null;
            return special == null ? fields.valueAt(at) : special;
        }

        @Override
        public CharSequence setValue(CharSequence value) {
            throw new UnsupportedOperationException();
        }
    }
}
