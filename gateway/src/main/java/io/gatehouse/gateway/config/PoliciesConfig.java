package io.gatehouse.gateway.config;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.util.List;

/** Where the policies are. */
public record PoliciesConfig(
        @Doc("files of policies, such as policies/*.yaml, relative to this file's folder")
        List<String> files,

        @Doc("what a request gets that no policy permits") @Default("deny")
        OnMissing onMissing) {
    /** What follows where nothing matches. */
    public enum OnMissing {
        DENY
    }
}
