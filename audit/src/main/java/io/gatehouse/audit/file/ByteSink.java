package io.gatehouse.audit.file;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A byte array that grows and is used again: where a group of events is encoded. Numbers are big-endian. */
final class ByteSink {
    private byte[] bytes;
    private ByteBuffer view;
    private int length;

    ByteSink(int capacity) {
        bytes = new byte[capacity];
        view = ByteBuffer.wrap(bytes);
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Forgets what lies behind {@code newLength}, or takes over what was written there after {@link #room}. */
    void length(int newLength) {
        length = newLength;
    }

    /** Makes room for {@code count} bytes and answers where they begin; their contents are as they were. */
    int claim(int count) {
        int at = length;
        room(count);
        length += count;
        return at;
    }

    /** Sees to it that {@code count} more bytes fit. */
    void room(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), Math.multiplyExact(bytes.length, 2)));
            view = ByteBuffer.wrap(bytes);
        }
    }

    void put(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    void put(byte[] from) {
        put(from, 0, from.length);
    }

    void put(byte[] from, int at, int count) {
        room(count);
        System.arraycopy(from, at, bytes, length, count);
        length += count;
    }

    void setInt(int at, int value) {
        view.putInt(at, value);
    }

    void setLong(int at, long value) {
        view.putLong(at, value);
    }
}
