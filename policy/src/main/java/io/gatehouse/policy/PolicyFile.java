package io.gatehouse.policy;

import java.util.List;

/**
 * One YAML file of policies.
 *
 * @param policies judged together with those of every other file; their order means nothing
 * @param tests what these policies are expected to answer, run by {@link PolicyTests}; never read on the data plane
 */
public record PolicyFile(List<PolicyDocument> policies, List<PolicyTest> tests) {
    public PolicyFile {
        policies = List.copyOf(policies);
        tests = List.copyOf(tests);
    }
}
