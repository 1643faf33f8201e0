package io.gatehouse.admin;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Size;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Settings of the admin listener.
 *
 * @param hosts names under which it is reached besides its own address: {@code name} or {@code name:port}
 */
public record AdminSettings(
        @Doc("host:port or [::1]:port") @Default("127.0.0.1:9900")
        String address,

        @Doc("names under which it is reached besides its own address, such as admin.example.com")
        Set<String> hosts,

        @Doc("who may use it") List<AdminToken> tokens,
        @Default("{}") Limits limits) {
    public AdminSettings {
        hosts = Set.copyOf(hosts);
        tokens = List.copyOf(tokens);
        parse(address);
        requireDistinct(tokens);
    }

    /** With the default limits, reached under its own address only. */
    public AdminSettings(String address, List<AdminToken> tokens) {
        this(address, Set.of(), tokens, Limits.DEFAULTS);
    }

    InetSocketAddress bindAddress() {
        var uri = parse(address);
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    static void requireDistinct(List<AdminToken> tokens) {
        var names = new HashSet<String>();
        var hashes = new HashSet<String>();
        for (var token : tokens) {
            if (!names.add(token.name())) {
                throw new IllegalArgumentException("tokens: expected distinct names, got `" + token.name() + "` twice");
            }
            if (!hashes.add(token.hash())) {
                throw new IllegalArgumentException(
                        "tokens: expected distinct tokens, `" + token.name() + "` has another's");
            }
        }
    }

    private static URI parse(String address) {
        try {
            var uri = new URI("http://" + address);
            if (uri.getHost() != null
                    && uri.getPort() >= 0
                    && uri.getPort() <= 65_535
                    && address.equals(uri.getRawAuthority())) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("address: expected host:port, got `" + address + "`", e);
        }
        throw new IllegalArgumentException("address: expected host:port, got `" + address + "`");
    }

    /** What the listener takes before it refuses. */
    public record Limits(
            @Doc("of one request's body") @Default("64KiB") Size body,
            @Doc("of one request's head") @Default("16KiB") Size headers,

            @Doc("until a request's head is complete") @Default("10s")
            Duration headTimeout,

            @Doc("until a request's body is complete") @Default("10s")
            Duration bodyTimeout,

            @Doc("of a connection between two requests") @Default("60s")
            Duration idleTimeout,

            @Default("256") int connections,

            @Doc("open event streams") @Default("64") int streams,
            @Doc("signed-in pages") @Default("200") int sessions,

            @Doc("until a page has to sign in again") @Default("8h")
            Duration sessionLifetime,

            @Doc("wrong tokens a minute from one address, at the page and by callers each for themselves")
            @Default("10")
            int failuresPerAddress,

            @Doc("wrong sign-ins a minute from all addresses together") @Default("100")
            int failures) {
        public static final Limits DEFAULTS = new Limits(
                new Size(64 << 10),
                new Size(16 << 10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                256,
                64,
                200,
                Duration.ofHours(8),
                10,
                100);

        public Limits {
            requireAtLeastOne("connections", connections);
            requireAtLeastOne("streams", streams);
            requireAtLeastOne("sessions", sessions);
            requireAtLeastOne("failuresPerAddress", failuresPerAddress);
            requireAtLeastOne("failures", failures);
        }

        private static void requireAtLeastOne(String key, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(key + ": expected at least 1, got `" + value + "`");
            }
        }
    }
}
