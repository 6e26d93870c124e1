package org.fedoraproject.registry.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** What an operator's tools see on the management port. */
@ArquillianTest
@RunAsClient
class MonitoringIT {
    private static final URI MANAGEMENT =
            URI.create("http://127.0.0.1:" + System.getProperty("management.port", "19951"));
    private static final Path ROOT = Path.of(System.getProperty("registry.nfs.root"));

    /** Longer than arquillian.xml's {@code registry.nfs.validation-interval} by far. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();

    @ArquillianResource
    private URI base;

    @Deployment(testable = false)
    static WebArchive registry() {
        return ShrinkWrap.createFromZipFile(WebArchive.class, new File(System.getProperty("registry.war")));
    }

    @Test
    void healthTellsOfTheShareAndTheCdn() throws Exception {
        HttpResponse<String> health = get(MANAGEMENT.resolve("/health/ready"));

        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body())
                .contains("\"name\":\"registry-share\",\"status\":\"UP\"")
                .contains(
                        "\"name\":\"registry-cdn\",\"status\":\"UP\",\"data\":{\"state\":\"NO_CDN\",\"redirects\":0}");
    }

    @Test
    void metricsHaveThePoolAndTheRedirects() throws Exception {
        assertThat(get(MANAGEMENT.resolve("/metrics")).body().lines())
                .anyMatch(line -> line.matches("registry_nfs_connections_max\\{.*} 64\\.0"))
                .anyMatch(line -> line.matches("registry_nfs_connections_used\\{.*} 0\\.0"))
                .anyMatch(line -> line.matches("registry_nfs_usable\\{.*} 1\\.0"))
                .anyMatch(line -> line.matches("registry_cdn_redirecting\\{.*} 0\\.0"))
                .anyMatch(line -> line.matches("registry_cdn_redirects_total\\{.*} 0\\.0"));
    }

    @Test
    void shareThatIsGoneTakesTheInstanceOutAndNotDown() throws Exception {
        Path elsewhere = ROOT.resolveSibling("elsewhere");
        Files.move(ROOT, elsewhere);
        try {
            await(
                    "/health/ready",
                    health -> health.statusCode() == 503 && health.body().contains("\"fault\""));

            HttpResponse<String> refused = get(base.resolve("/v2/_catalog"));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("\"code\":\"UNAVAILABLE\"").doesNotContain(ROOT.toString());
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(get(base.resolve("/v2/")).statusCode()).isEqualTo(200);
        } finally {
            Files.move(elsewhere, ROOT);
        }
        await("/health/ready", health -> health.statusCode() == 200);
        assertThat(get(base.resolve("/v2/_catalog")).statusCode()).isEqualTo(200);
    }

    private void await(String path, Predicate<HttpResponse<String>> state) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        HttpResponse<String> last = get(MANAGEMENT.resolve(path));
        while (!state.test(last)) {
            assertThat(Instant.now()).as(last.body()).isBefore(end);
            Thread.sleep(100);
            last = get(MANAGEMENT.resolve(path));
        }
    }

    private HttpResponse<String> get(URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
