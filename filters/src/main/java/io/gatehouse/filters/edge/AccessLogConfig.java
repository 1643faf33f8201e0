package io.gatehouse.filters.edge;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import io.gatehouse.config.Percent;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Settings of {@code access-log}. */
public record AccessLogConfig(
        @Doc("stdout, or the path of a file that lines are appended to, relative to the folder of this one")
        @Default("stdout")
        Destination to,

        @Doc("the share of requests that is logged, drawn at random") @Default("100%")
        Percent sample,

        @Doc("of the file: FILE.1 is the one before, FILE.2 the one before that") @Default("{}")
        Rotation rotate) {

    /**
     * Where lines go.
     *
     * @param file {@code null}: standard output
     */
    public record Destination(@Nullable Path file) {
        /** Of {@code stdout} or a path, which begins in {@code folder} where it is relative. */
        public static Destination parse(String text, Path folder) {
            if (text.equals("stdout")) {
                return new Destination(null);
            }
            try {
                if (!text.isBlank()) {
                    return new Destination(folder.resolve(text).toAbsolutePath().normalize());
                }
            } catch (InvalidPathException invalid) {
                throw new IllegalArgumentException("expected `stdout` or a file", invalid);
            }
            throw new IllegalArgumentException("expected `stdout` or a file");
        }
    }
}
