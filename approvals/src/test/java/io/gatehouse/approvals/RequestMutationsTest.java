package io.gatehouse.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The law: a request that was changed never has the digest of the one that was approved, and one that is the same always has.
 * {@code -Dgatehouse.mutations.requests=N} tries as many requests, each with every mutation; a failure names its seed.
 */
class RequestMutationsTest {
    private static final int REQUESTS = Integer.getInteger("gatehouse.mutations.requests", 20);

    @Test
    void changedRequestNeverRidesOnTheApprovalOfAnother() {
        var wrong = new ArrayList<String>();
        int same = 0;
        int different = 0;
        for (int seed = 0; seed < REQUESTS; seed++) {
            for (Mutation mutation : Mutation.all()) {
                var random = new Random(seed);
                SampleRequest approved = SampleRequest.random(random);
                SampleRequest sent = approved.copy();
                mutation.edit().apply(sent, random);
                if (approved.digest().equals(sent.digest()) != mutation.same()) {
                    wrong.add("seed " + seed + ": " + mutation.name());
                }
                same += mutation.same() ? 1 : 0;
                different += mutation.same() ? 0 : 1;
            }
        }

        System.out.printf("mutations: %d same, %d different, %d wrong%n", same, different, wrong.size());
        assertThat(wrong).isEmpty();
        assertThat(same + different).isGreaterThanOrEqualTo(500);
        assertThat(same).isGreaterThanOrEqualTo(100);
    }

    @Test
    void callNeverHasTheDigestOfAnother() {
        var random = new Random(7);
        Map<String, List<Object>> seen = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            var request = new SampleRequest();
            request.principalId = "a".repeat(random.nextInt(3));
            request.route = "a".repeat(random.nextInt(3));
            request.call = "a".repeat(random.nextInt(5)) + "\u0000".repeat(random.nextInt(3));
            List<Object> fields = List.of(request.principalId, request.route, request.call);
            assertThat(seen.computeIfAbsent(request.digest(), digest -> fields)).isEqualTo(fields);
        }
        assertThat(seen).hasSizeGreaterThan(50);
    }
}
