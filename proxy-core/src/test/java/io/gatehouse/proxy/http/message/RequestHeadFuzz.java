package io.gatehouse.proxy.http.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fuzz target: a head means the same however it is put into packets, and what it means holds nothing that breaks a line. */
public final class RequestHeadFuzz {
    private static final int LINE = 512;
    private static final int HEAD = 2048;

    private RequestHeadFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int length = data.length - 1;
        var whole = read(Unpooled.wrappedBuffer(data, 1, length), length);
        var split = read(Unpooled.wrappedBuffer(data, 1, length), data[0] & 0xff);
        if (!whole.equals(split)) {
            throw new AssertionError("whole: " + whole + ", split: " + split);
        }
    }

    /** What is made of it where {@code first} bytes come before the others. */
    private static List<String> read(ByteBuf in, int first) {
        var parser = new HeadParser(new byte[LINE + HEAD + 16], LINE, HEAD, 20);
        var head = new RequestHead();
        int end = in.writerIndex();
        try {
            in.writerIndex(Math.min(end, in.readerIndex() + first));
            boolean complete = parser.request(in, head);
            in.writerIndex(end);
            return complete || parser.request(in, head) ? meaning(head, in.readableBytes()) : List.of("incomplete");
        } catch (MalformedException malformed) {
            return List.of("malformed");
        }
    }

    private static List<String> meaning(RequestHead head, int left) {
        List<String> meaning = new ArrayList<>();
        meaning.add(head.method.name() + " " + head.target + " " + head.authority + " " + head.contentLength + " "
                + head.chunked + " " + head.isPersistent() + " " + left);
        var fields = head.headers.iteratorCharSequence();
        while (fields.hasNext()) {
            var field = fields.next();
            meaning.add(field.getKey() + ": " + field.getValue());
        }
        boolean controls =
                meaning.stream().anyMatch(line -> line.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f));
        boolean twoLengths = head.chunked && head.contentLength >= 0;
        if (controls || twoLengths || !head.target.startsWith("/") || isNamedTwice(head.authority)) {
            throw new AssertionError(meaning.toString());
        }
        return meaning;
    }

    private static boolean isNamedTwice(@Nullable String authority) {
        return authority != null && authority.chars().anyMatch(c -> " ,/@?#\\\"".indexOf(c) >= 0);
    }
}
