package io.gatehouse.benchmarks.soak;

/** Bodies that tell by themselves whose they are: each byte follows from a seed and its place. */
final class Body {
    private Body() {}

    static byte[] of(int seed, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = at(seed, i);
        }
        return bytes;
    }

    /** Whether {@code bytes} is how the body of {@code seed} begins. */
    static boolean begins(int seed, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != at(seed, i)) {
                return false;
            }
        }
        return true;
    }

    private static byte at(int seed, int place) {
        return (byte) (seed * 31 + place * 7 + (place >> 8));
    }
}
