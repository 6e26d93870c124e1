package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What all pages of this registry show in the same way. */
@Singleton
public class Site {
    private final PageConfig config;
    private final Assets assets;
    private final String version = readVersion();

    @Inject
    public Site(PageConfig config, Assets assets) {
        this.config = config;
        this.assets = assets;
    }

    public String title() {
        return config.title();
    }

    public String text() {
        return config.text();
    }

    /** Of the program. */
    public String version() {
        return version;
    }

    /** The path of a file in {@code WEB-INF/assets}. */
    public String asset(String name) {
        return assets.path(name);
    }

    private static String readVersion() {
        Properties build = new Properties();
        try (InputStream in = Site.class.getResourceAsStream("version.properties")) {
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version");
    }
}
