package io.gatehouse.proxy.tls;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How TLS is spoken to the targets of an upstream. Files are PEM; relative paths begin in the configuration's folder. */
public record UpstreamTlsConfig(
        @Doc("authorities that targets must be certified by; left out: the JDK's trust store") @Nullable
        String trust,

        @Doc("the name that is asked for and verified; left out: the host of the target's url") @Nullable
        String serverName,

        @Doc("what the gateway shows to targets; needs `key`") @Nullable
        String certificate,

        @Nullable String key,

        @Doc("none: whoever can get between may read and change everything") @Default("full")
        Verify verify) {
    public UpstreamTlsConfig {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("certificate, key: expected both or none");
        }
        if (verify == Verify.NONE && trust != null) {
            throw new IllegalArgumentException("trust: means nothing where `verify` is `none`");
        }
    }

    /** What is left out of a configuration. */
    public static final UpstreamTlsConfig USUAL = new UpstreamTlsConfig(null, null, null, null, Verify.FULL);

    /** Whether a target's certificate must be its own. */
    public enum Verify {
        FULL,
        NONE
    }

    /** Every file that is read. */
    public List<String> files() {
        return Stream.of(trust, certificate, key)
                .filter(file -> file != null)
                .map(String::valueOf)
                .toList();
    }
}
