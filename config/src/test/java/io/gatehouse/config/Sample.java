package io.gatehouse.config;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A configuration with every shape that the loader knows. */
record Sample(
        int version,
        List<Listener> listeners,
        Map<String, Upstream> upstreams,
        List<Route<Step>> routes,
        @Nullable Secret token,
        Map<String, String> labels,
        Map<Mode, Integer> weights,
        Map<String, Object> facts,
        @Nullable Path folder,
        @Default("0.5") double share,
        @Default("{}") Limits limits) {

    enum Mode {
        FAST,
        VERY_SAFE
    }

    /** Limits made of defaults. */
    record Limits(
            @Doc("longest body") @Default("10MiB") Size body,
            @Default("100/min") Rate rate,
            @Default("50%") Percent sample,
            @Default("10s") Duration pause,
            @Default("9000000000") long most) {
        Limits {
            if (pause.isZero()) {
                throw new IllegalArgumentException("pause: expected more than 0s, got `0s`");
            }
        }
    }

    /** A listener. */
    record Listener(
            String name,
            String address,
            @Default("false") boolean tls,
            @Default("fast") Mode mode,
            Set<Mode> modes) {
        Listener {
            if (!address.contains(":")) {
                throw new IllegalArgumentException("address: expected host:port, got `" + address + "`");
            }
            if (tls && mode == Mode.FAST) {
                throw new IllegalArgumentException("fast listeners have no tls");
            }
        }
    }

    /** An upstream. */
    record Upstream(List<Target> targets) {
        Upstream {
            for (int i = 0; i < targets.size(); i++) {
                if (targets.get(i).weight() > 100) {
                    throw new IllegalArgumentException("targets[" + i + "].weight: expected at most 100");
                }
            }
        }
    }

    /** A target, or its address alone. */
    @Shorthand("url")
    record Target(URI url, @Default("1") int weight) {
        Target {
            if (url.getHost() == null) {
                throw new IllegalArgumentException("url: expected an address such as `http://127.0.0.1:9000`");
            }
        }
    }

    /** A route. */
    record Route<S>(
            String to, @Nullable List<S> steps, @Nullable Password password) {}

    /** Breaks the rules: its constructor tells what it was given, and fails with something unforeseen. */
    record Password(@Nullable Secret value, @Nullable String text) {
        Password {
            if (value != null) {
                throw new IllegalArgumentException("value: expected better than `" + value.reveal() + "`");
            }
            if (text != null) {
                throw new IllegalStateException("text " + text);
            }
        }
    }

    /** One of several shapes: {@code name} or {@code name: settings}. */
    sealed interface Step {
        record Plain(String name) implements Step {}

        record Wait(Duration time, @Default("1") int times) implements Step {}
    }

    /** Reads steps. */
    static final class StepDecoder implements Decoder<Step> {
        @Override
        public @Nullable Step decode(ConfigNode node) {
            if (node.isScalar()) {
                var name = node.text();
                return name == null ? null : new Step.Plain(name);
            }
            var wait = node.get("wait");
            if (wait != null && node.keys().size() == 1) {
                return wait.bind(Step.Wait.class);
            }
            if (node.get("type") != null && "wait".equals(node.get("type").text())) {
                return node.bindWithout("type", Step.Wait.class);
            }
            node.error("expected a step, got " + node.kind());
            return null;
        }

        @Override
        public ObjectNode schema(Schemas schemas) {
            var schema = schemas.empty();
            var shapes = schema.putArray("anyOf");
            shapes.add(schemas.of(String.class));
            var single = schemas.empty().put("type", "object").put("additionalProperties", false);
            single.putObject("properties").set("wait", schemas.of(Step.Wait.class));
            shapes.add(single);
            var typed = schemas.inline(Step.Wait.class);
            typed.withObject("/properties").set("type", schemas.of(String.class));
            shapes.add(typed);
            return schema;
        }
    }

    static Decoders decoders() {
        return Decoders.none().with(Step.class, new StepDecoder());
    }

    /** A loader whose environment and files are fixed. */
    static ConfigLoader loader() {
        var variables = Map.of(
                "PORT", "8080",
                "TOKEN", "s3cr3t-of-the-environment",
                "WORDS", "s3cr3t: {a: b}",
                "EMPTY", "");
        var files = Map.of("token.txt", "s3cr3t-of-a-file\n", "windows.txt", "s3cr3t-of-a-file\r\n");
        var substitution = new Substitution() {
            @Override
            public @Nullable String variable(String name) {
                return variables.get(name);
            }

            @Override
            public String file(String path) throws IOException {
                var text = files.get(path);
                if (text == null) {
                    throw new FileNotFoundException(path);
                }
                return text;
            }
        };
        return new ConfigLoader(new ConfigLoader.Settings(
                substitution, Path.of("/etc/sample"), decoders(), Set.of("telemetry", "listeners[*].proxyProtocol")));
    }
}
