package io.gatehouse.config;

/**
 * One thing wrong with a file.
 *
 * @param line from 1; 0 where no place in the file is meant
 * @param path the setting, such as {@code routes[0].to}; empty for the file as a whole
 * @param message lower case, what was expected and what was given; never a secret
 */
public record ConfigError(String file, int line, int column, String path, String message) {
    /** Of a file that cannot be read at all. */
    public static ConfigError ofFile(String file, String message) {
        return new ConfigError(file, 0, 0, "", message);
    }

    @Override
    public String toString() {
        var place = line == 0 ? file + ": " : file + ":" + line + ":" + column + ": ";
        return path.isEmpty() ? place + message : place + path + ": " + message;
    }
}
