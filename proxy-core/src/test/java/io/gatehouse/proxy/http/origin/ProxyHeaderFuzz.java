package io.gatehouse.proxy.http.origin;

import io.gatehouse.proxy.http.message.MalformedException;
import io.netty.buffer.Unpooled;

/** Fuzz target: a PROXY header means the same byte by byte, and takes nothing while it is incomplete. */
public final class ProxyHeaderFuzz {
    private ProxyHeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var whole = read(data, Math.max(1, data.length));
        var byByte = read(data, 1);
        if (!whole.equals(byByte)) {
            throw new AssertionError("whole: " + whole + ", byte by byte: " + byByte);
        }
    }

    private static String read(byte[] data, int step) {
        var in = Unpooled.wrappedBuffer(data);
        in.writerIndex(0);
        try {
            while (in.writerIndex() < data.length) {
                in.writerIndex(Math.min(data.length, in.writerIndex() + step));
                var header = ProxyHeader.read(in);
                if (header != null) {
                    return header + ", " + in.readerIndex() + " bytes";
                }
                if (in.readerIndex() > 0) {
                    throw new AssertionError("an incomplete header was taken");
                }
            }
            return "incomplete";
        } catch (MalformedException malformed) {
            return "malformed";
        } finally {
            in.release();
        }
    }
}
