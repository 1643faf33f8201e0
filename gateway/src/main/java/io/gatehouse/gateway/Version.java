package io.gatehouse.gateway;

import java.io.IOException;
import java.util.Properties;

/** Which version of the gateway this is. */
public final class Version {
    private Version() {}

    public static String read() {
        var properties = new Properties();
        try (var in = Version.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("the version cannot be read", e);
        }
        return properties.getProperty("version");
    }
}
