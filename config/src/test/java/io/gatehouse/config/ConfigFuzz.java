package io.gatehouse.config;

import io.gatehouse.config.LoadResult.Loaded;
import io.gatehouse.config.LoadResult.Rejected;
import java.nio.charset.StandardCharsets;

/** Fuzz target: whatever the text, loading ends with a configuration or with errors that have a place, and tells no secret. */
public final class ConfigFuzz {
    private ConfigFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var text = new String(data, StandardCharsets.UTF_8);
        switch (Sample.loader().load("sample.yaml", text, Sample.class)) {
            case Loaded<Sample> loaded -> {}
            case Rejected<Sample>(var errors, var tree) -> {
                boolean placed = errors.stream().allMatch(error -> error.line() >= 0 && error.column() >= 0);
                boolean tells = !text.contains("s3cr3t")
                        && errors.stream().anyMatch(error -> error.toString().contains("s3cr3t"));
                if (errors.isEmpty() || !placed || tells) {
                    throw new AssertionError(errors.toString());
                }
            }
        }
    }
}
