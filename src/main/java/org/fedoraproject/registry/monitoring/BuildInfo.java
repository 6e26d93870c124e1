package org.fedoraproject.registry.monitoring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Of what this was built.
 *
 * @param revision the commit; {@code unknown} where there was no repository
 */
record BuildInfo(String version, String revision) {
    private static final String UNKNOWN = "unknown";

    static BuildInfo read() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(value(properties, "version"), value(properties, "revision"));
    }

    private static String value(Properties properties, String key) {
        String value = properties.getProperty(key, "");
        return value.isEmpty() || value.startsWith("$") ? UNKNOWN : value;
    }
}
