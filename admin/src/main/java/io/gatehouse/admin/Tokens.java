package io.gatehouse.admin;

import java.util.List;
import java.util.Optional;

/** Tells whose token was presented. */
final class Tokens {
    private volatile List<AdminToken> tokens;

    Tokens(List<AdminToken> tokens) {
        this.tokens = tokens;
    }

    /** Compares with every token, and each comparison takes the same time: the answer's time tells nothing. */
    Optional<AdminToken> holder(String token) {
        String hash = "sha256:" + Digests.sha256Hex(token);
        Optional<AdminToken> holder = Optional.empty();
        for (var candidate : tokens) {
            if (Digests.same(candidate.hash(), hash)) {
                holder = Optional.of(candidate);
            }
        }
        return holder;
    }

    boolean contains(AdminToken token) {
        return tokens.contains(token);
    }

    void replace(List<AdminToken> next) {
        AdminSettings.requireDistinct(next);
        tokens = List.copyOf(next);
    }
}
