package org.fedoraproject.registry.monitoring;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.DeployedRegistry;
import org.fedoraproject.registry.testing.MetricRules;
import org.fedoraproject.registry.testing.RegistryClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator's tools see on the management port. */
class MonitoringIT extends DeployedRegistry {
    private static final URI MANAGEMENT =
            URI.create("http://127.0.0.1:" + System.getProperty("management.port", "19951"));
    private static final Path ROOT = BuildDirectory.servedRoot();
    private static final Path MONITORING = Path.of("ops/monitoring").toAbsolutePath();
    private static final Pattern METRIC = Pattern.compile("\\b(registry|undertow|jvm)_[a-z_0-9]*[a-z0-9]\\b");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @ArquillianResource
    private URI base;

    private RegistryClient management;
    private RegistryClient registry;

    /** Waits until a request has been counted, because some metrics are there only then. */
    @BeforeEach
    void open() throws Exception {
        management = new RegistryClient(MANAGEMENT);
        registry = new RegistryClient(base);
        registry.get("/v2/");
        Await.until(
                "the time of a request",
                PATIENCE,
                () -> text(management.get("/metrics")).contains("\nregistry_http_request_duration_seconds_bucket{"));
    }

    @AfterEach
    void close() {
        management.close();
        registry.close();
    }

    @Test
    void healthTellsOfTheShareTheCdnAndTheCluster() throws Exception {
        HttpResponse<byte[]> health = management.get("/health/ready");

        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(text(health))
                .contains("\"name\":\"registry-share\",\"status\":\"UP\"")
                .contains("\"name\":\"registry-cdn\",\"status\":\"UP\",\"data\":{\"state\":\"NO_CDN\",\"redirects\":0}")
                .contains("\"name\":\"registry-cluster\",\"status\":\"UP\",\"data\":"
                        + "{\"members\":\"alone\",\"readOnly\":false}");
    }

    @Test
    void healthTellsWhatHasStartedAndWhetherItLives() throws Exception {
        HttpResponse<byte[]> started = management.get("/health/started");
        HttpResponse<byte[]> live = management.get("/health/live");

        assertThat(started.statusCode()).isEqualTo(200);
        assertThat(text(started)).contains("\"name\":\"registry-started\",\"status\":\"UP\"", "\"revision\":");
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(text(live))
                .contains("\"name\":\"registry-live\",\"status\":\"UP\",\"data\":{\"deadlockedThreads\":0}");
    }

    @Test
    void healthAndMetricsTellTheSpaceOnTheShare() throws Exception {
        assertThat(text(management.get("/health/ready")))
                .containsPattern("\"freeBytes\":[1-9][0-9]*,\"totalBytes\":[1-9][0-9]*");
        assertThat(text(management.get("/metrics")).lines())
                .anyMatch(line -> line.matches("registry_storage_free_bytes [1-9].+"))
                .anyMatch(line -> line.matches("registry_storage_size_bytes [1-9].+"));
    }

    @Test
    void metricsHaveThePoolAndTheRedirects() throws Exception {
        assertThat(text(management.get("/metrics")).lines())
                .anyMatch(line -> line.matches("registry_nfs_connections_max 64\\.0"))
                .anyMatch(line -> line.matches("registry_nfs_connections_used 0\\.0"))
                .anyMatch(line -> line.matches("registry_nfs_usable 1\\.0"))
                .anyMatch(line -> line.matches("registry_cluster_members 1\\.0"))
                .anyMatch(line -> line.matches("registry_read_only 0\\.0"))
                .anyMatch(line -> line.matches("registry_cdn_redirecting 0\\.0"))
                .anyMatch(line -> line.matches("registry_cdn_redirects_total 0\\.0"))
                .anyMatch(line -> line.matches("registry_cdn_fallbacks_total\\{reason=\"cdn_down\"} 0\\.0"))
                .anyMatch(line -> line.matches("registry_http_uploads 0\\.0"));
    }

    @Test
    void metricsCountRequestsByEndpointAndStatusWithTheirTimes() throws Exception {
        assertThat(registry.status("GET", "/v2/no/such/manifests/tag")).isEqualTo(404);
        assertThat(registry.status("GET", "/v2/NOT/A/NAME/manifests/tag")).isEqualTo(400);

        assertThat(text(management.get("/metrics")).lines())
                .anyMatch(line ->
                        line.matches("registry_http_requests_total\\{.*endpoint=\"manifest\".*status=\"404\".*} .+"))
                .anyMatch(line ->
                        line.matches("registry_http_requests_total\\{.*endpoint=\"unknown\".*status=\"400\".*} .+"))
                .anyMatch(line -> line.matches(
                        "registry_http_request_duration_seconds_bucket\\{.*endpoint=\"manifest\".*le=\"0\\.25\".*} .+"))
                .anyMatch(
                        line -> line.matches(
                                "registry_http_request_duration_seconds_count\\{.*endpoint=\"manifest\".*method=\"GET\".*} .+"));
    }

    @Test
    void metricsHaveTheTimesOfFileOperations() throws Exception {
        assertThat(registry.status("GET", "/v2/no/such/tags/list")).isEqualTo(404);

        assertThat(text(management.get("/metrics")).lines())
                .anyMatch(line -> line.matches(
                        "registry_nfs_operation_duration_seconds_count\\{operation=\"(list|look)\"} [1-9].*"))
                .anyMatch(line -> line.matches(
                        "registry_nfs_operation_duration_seconds_bucket\\{operation=\"force\",le=\"0\\.01\"} .+"));
    }

    @Test
    void metricsKeepTheRulesOfPrometheus() throws Exception {
        MetricRules.assertKept(text(management.get("/metrics")), ROOT.getParent());
    }

    /** Those of events and of the index are there only if they are on; the page has them. */
    @Test
    void dashboardAndRulesAskForMetricsThatThereAre() throws Exception {
        Set<String> there = text(management.get("/metrics"))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
        List<String> expressions;
        try (JsonReader json = Json.createReader(Files.newInputStream(MONITORING.resolve("dashboard.json")))) {
            expressions = json.readObject().getJsonArray("panels").stream()
                    .map(JsonValue::asJsonObject)
                    .filter(panel -> panel.containsKey("targets"))
                    .flatMap(panel -> panel.getJsonArray("targets").stream())
                    .map(target -> target.asJsonObject().getString("expr").replace("$instance", ".*"))
                    .toList();
        }
        assertThat(expressions).hasSizeGreaterThan(20);
        String rules = IntStream.range(0, expressions.size())
                .mapToObj(i -> "      - {record: 'panel_%d', expr: '%s'}".formatted(i, expressions.get(i)))
                .collect(joining("\n", "groups:\n  - name: panels\n    rules:\n", "\n"));
        Path panels = Files.writeString(ROOT.resolveSibling("panels.yaml"), rules);

        Command.of(ROOT.getParent(), "promtool", "check", "rules", panels.toString())
                .run();
        Command.of(MONITORING, "promtool", "check", "rules", "alerts.yaml").run();
        Command.of(MONITORING, "promtool", "test", "rules", "alerts_test.yaml").run();
        String all = rules + Files.readString(MONITORING.resolve("alerts.yaml"));
        String page = Files.readString(Path.of("ops/MONITORING.md"));
        assertThat(METRIC.matcher(all).results().map(MatchResult::group))
                .allMatch(metric -> there.contains(metric) || page.contains("| `" + metric + "` |"));
    }

    @Test
    void pageHasEachMetric() throws Exception {
        MetricRules.assertDocumented(text(management.get("/metrics")), "registry_");
    }

    @Test
    void metricsTellWhatIsRunning() throws Exception {
        assertThat(text(management.get("/metrics")).lines())
                .anyMatch(
                        line -> line.matches(
                                "registry_build_info\\{.*revision=\"([0-9a-f]{12}|unknown)\".*version=\"[0-9][^\"$]+\".*} 1(\\.0)?"));
    }

    @Test
    void shareThatIsGoneTakesTheInstanceOutAndNotDown() throws Exception {
        Path elsewhere = ROOT.resolveSibling("elsewhere");
        Files.move(ROOT, elsewhere);
        try {
            Await.until("the server is not ready, and says why", PATIENCE, () -> {
                HttpResponse<byte[]> health = management.get("/health/ready");
                return health.statusCode() == 503 && text(health).contains("\"fault\"");
            });

            HttpResponse<byte[]> refused = registry.get("/v2/_catalog");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(text(refused)).contains("\"code\":\"UNAVAILABLE\"").doesNotContain(ROOT.toString());
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(registry.status("GET", "/v2/")).isEqualTo(200);
        } finally {
            Files.move(elsewhere, ROOT);
        }
        Await.until("the server is ready again", PATIENCE, () -> management.status("GET", "/health/ready") == 200);
        assertThat(registry.status("GET", "/v2/_catalog")).isEqualTo(200);
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
