package io.gatehouse.proxy.http.client;

/** The streams that a connection has reset lately: what was on its way to them is no fault of the client. */
final class RecentStreams {
    private static final int KEPT = 128;

    private final int[] streams = new int[KEPT];
    private int count;

    void add(int stream) {
        streams[count++ & KEPT - 1] = stream;
    }

    /** Whether the stream was reset, as far as that is still known. */
    boolean mayHold(int stream) {
        if (count > KEPT || count < 0) {
            return true;
        }
        for (int i = 0; i < count; i++) {
            if (streams[i] == stream) {
                return true;
            }
        }
        return false;
    }
}
