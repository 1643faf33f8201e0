package io.gatehouse.gateway.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file, or a glob of files: {@code policies/*.yaml}, {@code policies/**.yaml}.
 *
 * @param base the folder up to the first part with a wildcard, or the file itself
 * @param matcher of what lies below {@code base}; null where there is no wildcard
 */
record FilePattern(Path base, @Nullable PathMatcher matcher) {
    private static final int DEEPEST = 16;

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException where it is none
     */
    static FilePattern parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("expected a file");
        }
        int wildcard = 0;
        while (wildcard < text.length() && "*?[{".indexOf(text.charAt(wildcard)) < 0) {
            wildcard++;
        }
        if (wildcard == text.length()) {
            return new FilePattern(Path.of(text), null);
        }
        int slash = text.lastIndexOf('/', wildcard);
        var base = slash < 0 ? "" : text.substring(0, slash + 1);
        return new FilePattern(
                Path.of(base), FileSystems.getDefault().getPathMatcher("glob:" + text.substring(slash + 1)));
    }

    /** The files, absolute and in order. */
    List<Path> find(Path folder) throws IOException {
        var root = folder.resolve(base).toAbsolutePath().normalize();
        if (matcher == null) {
            return Files.isRegularFile(root) ? List.of(root) : List.of();
        }
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (var files = Files.find(
                root,
                DEEPEST,
                (path, attributes) -> attributes.isRegularFile() && matcher.matches(root.relativize(path)),
                FileVisitOption.FOLLOW_LINKS)) {
            return files.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
