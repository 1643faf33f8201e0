package io.gatehouse.config;

/**
 * One thing wrong with a file.
 *
 * @param path the setting, such as {@code routes[0].to}; empty for the file as a whole
 * @param message lower case, what was expected and what was given; never a secret
 */
public record ConfigError(String file, int line, int column, String path, String message) {
    @Override
    public String toString() {
        var place = file + ":" + line + ":" + column + ": ";
        return path.isEmpty() ? place + message : place + path + ": " + message;
    }
}
