package org.fedoraproject.registry.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TraceReceiver;
import org.fedoraproject.registry.testing.TraceReceiver.Received;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What a collector of OpenTelemetry gets after {@code tracing.cli}, and that it gets nothing before. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TracingIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final byte[] BLOB = Content.random(1_000_000);
    private static final Digest DIGEST = Digest.of(BLOB);

    private static TraceReceiver collector;
    private static ServerProcess server;
    private static RegistryClient registry;

    @BeforeAll
    static void start() throws Exception {
        Path work = BuildDirectory.make("tracing");
        collector = new TraceReceiver();
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.tracing.endpoint=" + collector.url(),
                "-Dotel.bsp.schedule.delay=200");
        registry = server.client();
    }

    @AfterAll
    static void stop() throws Exception {
        if (registry != null) {
            registry.close();
        }
        if (server != null) {
            server.close();
        }
        if (collector != null) {
            collector.close();
        }
    }

    @Test
    @Order(1)
    void nothingIsTracedWithoutTheScript() throws Exception {
        registry.pushBlob("app", BLOB);
        registry.pushManifest("app", "v1", Content.image(DIGEST, DIGEST));

        assertThat(server.management().attribute("endpoint", List.of(Map.entry("subsystem", "opentelemetry"))))
                .isEmpty();
        String threads = server.cli("/core-service=platform-mbean/type=threading:"
                + "dump-all-threads(locked-monitors=false,locked-synchronizers=false)");
        assertThat(threads)
                .contains("\"thread-name\"")
                .doesNotContainIgnoringCase("vert.x", "opentelemetry", "BatchSpanProcessor");
        assertThat(collector.spans()).isEmpty();
    }

    @Test
    @Order(2)
    void scriptTurnsTracesOn() throws Exception {
        server.cli("--file=" + Path.of("wildfly-config/tracing.cli").toAbsolutePath());
        server.management().reload();

        Await.until("the first trace", SOON, () -> {
            boolean isRunning = registry.answers();
            return isRunning && !collector.spans().isEmpty();
        });
        assertThat(collector.spans().getFirst().resource())
                .containsEntry("service.name", "oci-registry")
                .containsKey("service.instance.id");
    }

    @Test
    @Order(3)
    void pushGivesSpansOfItsRequestsWithTheirFileOperations() throws Exception {
        byte[] other = Content.random(1_000_001);
        registry.pushBlob("team/app", other);
        registry.pushManifest("team/app", "v2", Content.image(Digest.of(other), Digest.of(other)));

        Received manifest = request("PUT /v2/{name}/manifests/{reference}", "/v2/team/app/manifests/v2");
        assertThat(manifest.attributes())
                .containsEntry("http.request.method", "PUT")
                .containsEntry("http.route", "/v2/{name}/manifests/{reference}")
                .containsEntry("http.response.status_code", "201")
                .containsEntry("url.scheme", "http")
                .containsEntry("server.address", "127.0.0.1")
                .containsEntry("server.port", Integer.toString(server.port()))
                .containsEntry("client.address", "127.0.0.1")
                .containsKeys("user_agent.original", "registry.request.id");
        assertThat(children(manifest)).contains("file write", "file force", "file rename");
        Received upload = collector.spans().stream()
                .filter(span -> span.isOfRequest()
                        && span.name().endsWith("/v2/{name}/blobs/uploads/{id}")
                        && children(span).contains("file write"))
                .findFirst()
                .orElseThrow();
        assertThat(children(upload)).filteredOn("file write"::equals).hasSizeGreaterThan(10);
        assertThat(upload.attributes())
                .containsEntry(
                        "registry.file.operations",
                        Integer.toString(children(upload).size()));
    }

    @Test
    @Order(4)
    void pullContinuesTheTraceOfItsClient() throws Exception {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String parent = trace.substring(16);
        String header = "00-" + trace + "-" + parent + "-01";

        assertThat(registry.get("/v2/app/manifests/v1", "traceparent", header).statusCode())
                .isEqualTo(200);
        assertThat(registry.get("/v2/app/blobs/" + DIGEST, "traceparent", header)
                        .statusCode())
                .isEqualTo(200);

        Received manifest = request("GET /v2/{name}/manifests/{reference}", "/v2/app/manifests/v1");
        Received blob = request("GET /v2/{name}/blobs/{digest}", "/v2/app/blobs/" + DIGEST);
        assertThat(List.of(manifest, blob)).allSatisfy(span -> {
            assertThat(span.trace()).isEqualTo(trace);
            assertThat(span.parent()).isEqualTo(parent);
        });
        assertThat(children(manifest)).contains("file read");
        assertThat(children(blob)).contains("file open");
        assertThat(collector.spans().stream().filter(span -> span.trace().equals(trace) && span.isOfRequest()))
                .hasSize(2);
    }

    @Test
    @Order(5)
    void whatIsRefusedHasASpanByTheEndpointToo() throws Exception {
        assertThat(registry.status("GET", "/v2/app/manifests/none")).isEqualTo(404);
        assertThat(registry.status("GET", "/v2/NO/NAME/tags/list")).isEqualTo(400);

        assertThat(request("GET /v2/{name}/manifests/{reference}", "/v2/app/manifests/none")
                        .attributes())
                .containsEntry("http.response.status_code", "404")
                .doesNotContainKey("error.type");
        assertThat(request("GET unknown", "/v2/NO/NAME/tags/list").attributes())
                .containsEntry("http.response.status_code", "400");
    }

    /** The span of a request, with its children. */
    private static Received request(String name, String path) throws Exception {
        Await.until(name + " of " + path, SOON, () -> find(name, path).size() == 1);
        return find(name, path).getFirst();
    }

    private static List<Received> find(String name, String path) {
        return collector.spans().stream()
                .filter(span -> span.isOfRequest()
                        && span.name().equals(name)
                        && span.attributes().get("url.path").equals(path))
                .toList();
    }

    /** They end, and are sent, before their parent. */
    private static List<String> children(Received parent) {
        return collector.spans().stream()
                .filter(span -> span.isChildOf(parent))
                .map(Received::name)
                .toList();
    }
}
