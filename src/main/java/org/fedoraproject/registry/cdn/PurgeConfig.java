package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.HeaderFile;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of the request that purges a blob from the CDN. In the URL and the body, {@code {path}} stands for the
 * blob's path and {@code {url}} for its URL at the CDN.
 *
 * @param url empty if deleted blobs are not purged
 * @param interval how often waiting purges are tried; the pause after a failure begins with this and doubles
 * @param headerFile lines of {@code Name: value}; in a file, because one of them is the credential
 */
public record PurgeConfig(
        @ConfigProperty(name = "registry.cdn.purge-url")
        @Setting(unit = "URL", help = "The URL that purges a deleted blob. Without it, nothing is purged.")
        Optional<String> url,

        @ConfigProperty(name = "registry.cdn.purge-method", defaultValue = "POST")
        @Setting(unit = "method", help = "The method of that request.")
        String method,

        @ConfigProperty(name = "registry.cdn.purge-body") @Setting(secret = true, help = "The body of that request.")
        Optional<String> body,

        @ConfigProperty(name = "registry.cdn.purge-header-file")
        @Setting(unit = "file", help = "A file with the headers of that request, one `Name: value` a line.")
        Optional<String> headerFile,

        @ConfigProperty(name = "registry.cdn.purge-interval", defaultValue = "PT5S")
        @Setting(
                above = "PT0S",
                help = "How often waiting purges are tried. After a failure, the next try comes after this "
                        + "time, and the time doubles with each further failure.")
        Duration interval) {
    private static final URI EXAMPLE = URI.create("https://cdn.example.org/");

    @Inject
    public PurgeConfig {
        if (url.isPresent()) {
            requireUrl(url.get());
        }
        try {
            HttpRequest.newBuilder(EXAMPLE).method(method, BodyPublishers.noBody());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("registry.cdn.purge-method is not a method: " + method, e);
        }
    }

    private static void requireUrl(String template) {
        URI example;
        try {
            example = URI.create(fill(template, "/v2/a/blobs/b", "https://cdn.example.org"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("registry.cdn.purge-url is not a URL: " + template, e);
        }
        if (example.getHost() == null || !List.of("http", "https").contains(example.getScheme())) {
            throw new IllegalArgumentException("registry.cdn.purge-url is not an absolute http URL: " + template);
        }
    }

    /** Fills a blob into a template. */
    static String fill(String template, String path, String base) {
        return template.replace("{path}", path).replace("{url}", base + path);
    }

    /** The headers of the request. */
    List<Map.Entry<String, String>> headers() {
        if (headerFile.isEmpty()) {
            return List.of();
        }
        return HeaderFile.read("registry.cdn.purge-header-file", headerFile);
    }
}
