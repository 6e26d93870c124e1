package org.fedoraproject.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.MetricRules;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Together;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API below {@code /api/v1/} of two servers over one tree, with a policy. */
@NeedsCommand({"htpasswd", "promtool"})
class ApiIT {
    private static final String POLICY = """
            base challenge
            rule @registry anyone catalog
            rule ** anyone pull push delete
            rule secret/** anyone none
            rule secret/** users all
            """;

    private static final String CONFIG = """
            {"os": "linux", "architecture": "amd64", "created": "2025-01-02T03:04:05Z",
             "config": {"Labels": {"name": "app"}}}""";

    /** What an operator can expect of a change on either instance; the machine of the tests is busy. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static Path work;
    private static List<ServerProcess> servers = List.of();
    private static RegistryClient first;
    private static RegistryClient second;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("api");
        Path policy = Files.writeString(work.resolve("policy"), POLICY);
        Logins logins = new Logins(work.resolve("htpasswd"));
        logins.add("alice");
        String[] options = {
            "-Dregistry.index.enabled=true",
            "-Dregistry.index.pause=PT1S",
            "-Dregistry.auth.policy=" + policy,
            "-Dregistry.auth.passwords=" + logins
        };
        servers = Together.start(
                () -> new ServerProcess(work.resolve("one"), work.resolve("root"), options),
                () -> new ServerProcess(
                        work.resolve("two"),
                        work.resolve("root"),
                        Stream.concat(Stream.of(options), Stream.of("-Dregistry.page.enabled=false"))
                                .toArray(String[]::new)));
        first = servers.get(0).client();
        second = servers.get(1).client();
        pushOpenImages();
        first.pushImage("secret/app", "latest", Content.bytes("secret"), Logins.basic("alice"));
        for (RegistryClient client : List.of(first, second)) {
            Await.until(
                    "the index is there",
                    SOON,
                    () -> names(client, "?q=secret", "alice").size() == 1);
        }
    }

    private static void pushOpenImages() throws Exception {
        for (String name : List.of("open/app", "open/tool")) {
            first.pushBlob(name, Content.bytes(CONFIG));
            first.pushBlob(name, Content.bytes("layer"));
        }
        Manifest image = image();
        first.pushManifest("open/app", "latest", image);
        first.pushManifest("open/tool", "1", image);
        Manifest signature = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                 "artifactType": "application/vnd.dev.cosign.artifact.sig.v1+json", "layers": [],
                 "subject": {"mediaType": "%s", "digest": "%s", "size": %d}}""".formatted(image.mediaType(), image.digest(), image.bytes().length));
        first.pushManifest("open/app", signature.digest().toString(), signature);
    }

    private static Manifest image() {
        return Content.manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": %d},
                 "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": 5}],
                 "annotations": {"a": "b"}}""".formatted(
                Digest.of(Content.bytes(CONFIG)), Content.bytes(CONFIG).length, Digest.of(Content.bytes("layer"))));
    }

    @AfterAll
    static void stop() throws Exception {
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    @Test
    void searchShowsWhatTheCallerMayPull() throws Exception {
        assertThat(names(second, "?q=APP", null)).containsExactly("open/app");
        assertThat(names(second, "?q=app", "alice")).containsExactly("open/app", "secret/app");
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        Reply page = get(first, "/api/v1/repositories?q=open%2F&n=1", null);

        assertThat(page.json().getJsonArray("repositories").toString())
                .isEqualTo("[{\"name\":\"open/app\",\"tags\":1}]");
        assertThat(page.header("Link")).isEqualTo("</api/v1/repositories?q=open%2F&n=1&last=open%2Fapp>; rel=\"next\"");
        Reply next = get(first, "/api/v1/repositories?q=open%2F&n=1&last=open%2Fapp", null);
        assertThat(next.text()).contains("open/tool");
        assertThat(next.header("Link")).isNull();
    }

    @Test
    void tagsHaveTheDetailsOfTheirImages() throws Exception {
        Reply page = get(second, "/api/v1/repositories/open/app/tags", null);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(page.json().getString("name")).isEqualTo("open/app");
        JsonObject tag = page.json().getJsonArray("tags").getJsonObject(0);
        assertThat(tag.toString())
                .isEqualTo("{\"name\":\"latest\",\"digest\":\"" + image().digest()
                        + "\",\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        + "\"artifactType\":\"application/vnd.oci.image.config.v1+json\","
                        + "\"platforms\":[\"linux/amd64\"],\"size\":" + (Content.bytes(CONFIG).length + 5)
                        + ",\"created\":\"2025-01-02T03:04:05Z\",\"signed\":true,"
                        + "\"referrers\":{\"application/vnd.dev.cosign.artifact.sig.v1+json\":1},"
                        + "\"labels\":{\"name\":\"app\"},\"annotations\":{\"a\":\"b\"}}");
        assertThat(get(second, "/api/v1/repositories/secret/app/tags", "alice").header("Cache-Control"))
                .isEqualTo("private, no-cache");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -    , GET   , /api/v1/repositories                  , 200, -
            -    , HEAD  , /api/v1/repositories                  , 200, -
            -    , GET   , /api/v1/repositories/                 , 200, -
            -    , GET   , /api/v1/repositories?n=x              , 400, PAGINATION_NUMBER_INVALID
            -    , GET   , /api/v1/repositories?n=0              , 200, -
            -    , POST  , /api/v1/repositories                  , 405, UNSUPPORTED
            -    , GET   , /api/v1/repositories/open%2Fapp/tags  , 200, -
            -    , GET   , /api/v1/repositories/open/app/tags?n=-1, 400, PAGINATION_NUMBER_INVALID
            -    , DELETE, /api/v1/repositories/open/app/tags    , 405, UNSUPPORTED
            -    , GET   , /api/v1/repositories/none/tags        , 404, NAME_UNKNOWN
            -    , GET   , /api/v1/repositories/None/tags        , 400, NAME_INVALID
            -    , GET   , /api/v1/repositories/secret/app/tags  , 401, UNAUTHORIZED
            -    , GET   , /api/v1/repositories/secret/no/tags   , 401, UNAUTHORIZED
            alice, GET   , /api/v1/repositories/secret/app/tags  , 200, -
            alice, GET   , /api/v1/repositories/secret/no/tags   , 404, NAME_UNKNOWN
            nobody, GET  , /api/v1/repositories                  , 401, UNAUTHORIZED
            -    , GET   , /api/v1/repository-tags               , 404, UNSUPPORTED
            -    , GET   , /api/v1/manifest                      , 404, UNSUPPORTED
            -    , GET   , /api/v1                               , 404, UNSUPPORTED
            -    , GET   , /api/                                 , 404, UNSUPPORTED
            -    , GET   , /v2/repositories                      , 404, UNSUPPORTED
            """)
    void answersAreThoseOfTheSpecification(String user, String method, String path, int status, String code)
            throws Exception {
        Reply reply = Reply.of(first.send(method, path, BodyPublishers.noBody(), authorization(user)));

        assertThat(reply.status()).isEqualTo(status);
        if (code != null) {
            assertThat(reply.text()).contains("\"code\":\"" + code + "\"");
        }
    }

    @Test
    void changesOfTheOtherInstanceAndOfOthersAreSeen() throws Exception {
        first.pushManifest("new/one", "1", Content.index());
        Await.until(
                "the other finds it",
                SOON,
                () -> names(second, "?q=new/one", null).size() == 1);

        Path repositories = work.resolve("root/docker/registry/v2/repositories");
        Files.createDirectories(repositories.resolve("new"));
        Command.of(
                        work,
                        "cp",
                        "-r",
                        repositories.resolve("open/app").toString(),
                        repositories.resolve("new/copy").toString())
                .run();
        Await.until(
                "the walk finds it",
                SOON,
                () -> names(second, "?q=new/copy", null).size() == 1);
        assertThat(get(second, "/api/v1/repositories/new/copy/tags", null).text())
                .contains("\"name\":\"latest\"");

        Command.of(work, "rm", "-r", repositories.resolve("new/copy").toString())
                .run();
        Await.until(
                "the walk misses it",
                SOON,
                () -> names(second, "?q=new/copy", null).isEmpty());
    }

    @Test
    void metricsTellOfTheIndex() throws Exception {
        ServerProcess server = servers.get(1);
        assertThat(server.figure("registry_index_complete")).isEqualTo(1);
        assertThat(server.figure("registry_index_repositories")).isBetween(3, 5);
        assertThat(server.figure("registry_index_tags")).isBetween(3, 5);
        assertThat(server.figure("registry_index_memory_bytes")).isBetween(300, 100_000);
        assertThat(get(second, "/api/v1/repositories/secret/app/tags", "alice").status())
                .isEqualTo(200);
        assertThat(server.figure("registry_index_unreadable_images_total"))
                .as("that image has no config")
                .isEqualTo(1);
        assertThat(server.figure("registry_index_walk_failures_total")).isZero();
        assertThat(server.figure("registry_index_walk_last_end_seconds")).isPositive();
        String metrics = server.metrics();
        assertThat(metrics).contains("registry_index_walk_last_run_seconds ");
        MetricRules.assertDocumented(metrics, "registry_index_");
        MetricRules.assertKept(metrics, work);
    }

    @Test
    void browsersGetNoPagesWhereTheyAreOff() throws Exception {
        for (String path : List.of("/r/open/app", "/r/", "/r/open/app:latest", "/foo")) {
            Reply off = Reply.of(second.get(path, "Accept", "text/html"));
            assertThat(off.status()).as(path).isEqualTo(404);
            assertThat(off.text()).as(path).doesNotContain("open/app");
        }
        assertThat(Reply.of(second.get("/foo", "Accept", "text/html")).text()).startsWith("{\"errors\":[");
        Reply empty = Reply.of(second.get("/", "Accept", "text/html"));
        assertThat(empty.status()).isEqualTo(200);
        assertThat(empty.body()).isEmpty();
        assertThat(Reply.of(first.get("/r/open/app", "Accept", "text/html")).status())
                .isEqualTo(200);
    }

    private static List<String> names(RegistryClient client, String query, String user) throws Exception {
        Reply reply = get(client, "/api/v1/repositories" + query, user);
        return reply.status() == 503
                ? List.of()
                : reply.json().getJsonArray("repositories").getValuesAs(JsonObject.class).stream()
                        .map(each -> each.getJsonString("name"))
                        .map(JsonString::getString)
                        .toList();
    }

    private static Reply get(RegistryClient client, String target, String user) throws Exception {
        return Reply.of(client.get(target, authorization(user)));
    }

    private static String[] authorization(String user) {
        return user == null ? new String[0] : new String[] {"Authorization", Logins.basic(user)};
    }
}
