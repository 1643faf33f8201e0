package io.gatehouse.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where substituted values come from. A file writes <code>${NAME}</code>, <code>${NAME:-default}</code> (where the variable is
 * unset or empty) and <code>${file:path}</code> (without its last line end); <code>$${</code> stands for the characters <code>${</code>.
 */
public interface Substitution {
    int LONGEST_FILE = 1 << 20;

    /** The value of a variable, or null where it is not set. */
    @Nullable
    String variable(String name);

    /**
     * The text of a file.
     *
     * @throws IOException where it cannot be read, or is longer than {@link #LONGEST_FILE}
     */
    String file(String path) throws IOException;

    /** Variables from a map such as {@link System#getenv()}, files relative to a folder. */
    static Substitution of(Map<String, String> variables, Path folder) {
        return new Substitution() {
            @Override
            public @Nullable String variable(String name) {
                return variables.get(name);
            }

            @Override
            public String file(String path) throws IOException {
                try (var in = Files.newInputStream(folder.resolve(path))) {
                    var bytes = in.readNBytes(LONGEST_FILE + 1);
                    if (bytes.length > LONGEST_FILE) {
                        throw new IOException("longer than 1 MiB");
                    }
                    return new String(bytes, StandardCharsets.UTF_8);
                }
            }
        };
    }
}
