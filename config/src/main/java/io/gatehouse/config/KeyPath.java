package io.gatehouse.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Paths of settings: {@code routes[0].to}, {@code upstreams["odd.name"].targets}. */
final class KeyPath {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern STEP = Pattern.compile("\\.?([A-Za-z0-9_-]+)|\\[(\\d{1,9})]|\\[\"([^\"]*)\"]");

    private KeyPath() {}

    /** One step down. */
    sealed interface Step {
        record Key(String name) implements Step {}

        record Index(int index) implements Step {}
    }

    static String key(String path, String name) {
        if (!PLAIN.matcher(name).matches()) {
            return path + "[\"" + Texts.shown(name).replace('"', '\'') + "\"]";
        }
        return path.isEmpty() ? name : path + "." + name;
    }

    static String index(String path, int index) {
        return path + "[" + index + "]";
    }

    /** The steps of a path, up to the first one that is not understood. */
    static List<Step> steps(String path) {
        var steps = new ArrayList<Step>();
        var matcher = STEP.matcher(path);
        while (matcher.lookingAt()) {
            steps.add(step(matcher.group(1), matcher.group(2), matcher.group(3)));
            matcher.region(matcher.end(), path.length());
        }
        return steps;
    }

    private static Step step(@Nullable String plain, @Nullable String index, @Nullable String quoted) {
        if (index != null) {
            return new Step.Index(Integer.parseInt(index));
        }
        return new Step.Key(plain != null ? plain : Objects.requireNonNull(quoted));
    }
}
