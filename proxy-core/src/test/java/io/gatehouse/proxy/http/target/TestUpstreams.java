package io.gatehouse.proxy.http.target;

import io.gatehouse.config.ConfigLoader;
import io.gatehouse.config.Decoders;
import io.gatehouse.config.LoadResult.Loaded;
import io.gatehouse.config.LoadResult.Rejected;
import io.gatehouse.config.Substitution;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.Target;
import io.gatehouse.proxy.UpstreamConfig;
import io.gatehouse.proxy.http.TestPlane;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Upstreams as a configuration writes them. */
public final class TestUpstreams {
    private TestUpstreams() {}

    public static UpstreamConfig config(String yaml) {
        return read(yaml, UpstreamConfig.class);
    }

    /** A listener on a free port with the usual settings. */
    public static ListenerConfig listener() {
        return read("{ name: test, address: '127.0.0.1:0' }", ListenerConfig.class);
    }

    public static ListenerConfig listener(String yaml) {
        return read(yaml, ListenerConfig.class);
    }

    private static <T extends Record> T read(String yaml, Class<T> type) {
        var loader = new ConfigLoader(new ConfigLoader.Settings(
                Substitution.of(Map.of(), Path.of("")), Path.of(""), Decoders.none(), Set.of()));
        return switch (loader.load("test.yaml", yaml, type)) {
            case Loaded<T>(var config, var tree) -> config;
            case Rejected<T>(var errors, var tree) -> throw new AssertionError(errors);
        };
    }

    public static Upstream of(String yaml) {
        return new Upstream("test", config(yaml));
    }

    public static Target to(String yaml) {
        return new Target.ToUpstream(of(yaml));
    }

    static TestPlane plane(String yaml) {
        return TestPlane.start(TestPlane.to(to(yaml)));
    }
}
