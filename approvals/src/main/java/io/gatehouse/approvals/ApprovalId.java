package io.gatehouse.approvals;

import java.security.SecureRandom;

/** Ids that nobody can guess: {@code apr_} and 26 characters of 5 random bits each. */
final class ApprovalId {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private ApprovalId() {}

    static String next() {
        var bytes = new byte[26];
        RANDOM.nextBytes(bytes);
        var id = new StringBuilder("apr_");
        for (byte random : bytes) {
            id.append(ALPHABET.charAt(random & 31));
        }
        return id.toString();
    }
}
