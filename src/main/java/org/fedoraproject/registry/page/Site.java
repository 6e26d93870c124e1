package org.fedoraproject.registry.page;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** What all pages of this registry show in the same way. */
@Singleton
public class Site {
    private final PageConfig config;
    private final Assets assets;
    private final List<HeaderLink> links;
    private final String version = readVersion();

    @Inject
    public Site(PageConfig config, Assets assets, @Any Instance<HeaderLink> links) {
        this(config, assets, links.stream().toList());
    }

    Site(PageConfig config, Assets assets) {
        this(config, assets, List.of());
    }

    private Site(PageConfig config, Assets assets, List<HeaderLink> links) {
        this.config = config;
        this.assets = assets;
        this.links = links;
    }

    /** To other parts of this server. */
    List<Link> links() {
        return links.stream().flatMap(each -> each.link().stream()).toList();
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
