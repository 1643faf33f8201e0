package io.gatehouse.proxy.http.exchange;

import java.util.concurrent.ThreadLocalRandom;

/** Ids for requests that no filter named: unique enough to find one request in a log, and no secret. */
final class FallbackIds {
    private static final char[] DIGITS = "0123456789abcdefghijklmnopqrstuv".toCharArray();
    private static final int LENGTH = 20;

    private FallbackIds() {}

    static String next() {
        var random = ThreadLocalRandom.current();
        var id = new char[LENGTH];
        for (int i = 0; i < LENGTH; i += 10) {
            long bits = random.nextLong();
            for (int k = 0; k < 10; k++) {
                id[i + k] = DIGITS[(int) (bits & 31)];
                bits >>>= 5;
            }
        }
        return new String(id);
    }
}
