package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Daemon;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How clients log in that Debian does not have, request by request as their sources have it; and containerd itself. */
@NeedsCommand("htpasswd")
class ClientFlowsIT {
    private static final String POLICY = """
            base challenge
            rule ** user:alice pull push
            """;

    private static final String PASSWORD = "pass word";
    private static final String ALICE =
            "Basic " + Base64.getEncoder().encodeToString(("alice:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    private static final Duration START = Duration.ofMinutes(1);
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private static Path work;
    private static ServerProcess server;
    private static RegistryClient registry;
    private static Manifest image;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("client-flows");
        Command.of(work, "htpasswd", "-b", "-B", "-c", work.resolve("htpasswd").toString(), "alice", PASSWORD)
                .run();
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.auth.policy=" + Files.writeString(work.resolve("policy"), POLICY),
                "-Dregistry.auth.passwords=" + work.resolve("htpasswd"),
                "-Dregistry.auth.token-keys=" + Files.createDirectory(work.resolve("keys")));
        registry = server.client();
        byte[] layer = Content.bytes("a layer");
        image = Content.image(Digest.of(layer));
        require(201, send("POST", "/v2/base/blobs/uploads/?digest=" + Digest.of(layer), layer, ALICE));
        require(201, putManifest("/v2/base/manifests/latest", ALICE));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            registry.close();
            server.close();
        }
    }

    /** Base first, a login that keeps a refresh token, then a push with the scopes of both repositories of a mount. */
    @Test
    void dockerLogsInAndPushes() throws Exception {
        Map<String, String> base = challenge(registry.send("GET", "/v2/"));
        assertThat(base).doesNotContainKey("scope");
        String login = path(base) + "?account=alice&client_id=docker&offline_token=true&service=" + base.get("service");
        JsonObject answer = json(registry.get(login, "Authorization", ALICE));
        assertThat(registry.get("/v2/", "Authorization", bearer(answer)).statusCode())
                .isEqualTo(200);
        assertThat(registry.get(login, "Authorization", ALICE.replace("Basic ", "Basic AAAA"))
                        .statusCode())
                .isEqualTo(401);

        String mount = "/v2/docker/blobs/uploads/?mount=" + Digest.of(Content.bytes("a layer")) + "&from=base";
        Map<String, String> refused = challenge(registry.send("POST", mount));
        assertThat(refused).containsEntry("scope", "repository:docker:pull,push");
        String form = "grant_type=refresh_token&client_id=docker&service=registry&refresh_token="
                + encode(answer.getString("refresh_token")) + "&scope="
                + encode("repository:base:pull " + refused.get("scope"));
        JsonObject token = json(post(path(refused), form));
        assertThat(token.getString("scope")).isEqualTo("repository:base:pull repository:docker:pull,push");
        require(201, send("POST", mount, new byte[0], bearer(token)));
        require(201, putManifest("/v2/docker/manifests/1", bearer(token)));
    }

    /** A HEAD, the challenge's scope, a form with the password, the HEAD again. */
    @Test
    void containerdPulls() throws Exception {
        String manifest = "/v2/base/manifests/latest";
        Map<String, String> refused = challenge(registry.send("HEAD", manifest));
        assertThat(refused).containsEntry("scope", "repository:base:pull");
        String form = "client_id=containerd-client&grant_type=password&service=" + encode(refused.get("service"))
                + "&scope=" + encode(refused.get("scope")) + "&username=alice&password=";
        assertThat(post(path(refused), form + "wrong").statusCode()).isEqualTo(401);
        JsonObject token = json(post(path(refused), form + encode(PASSWORD)));
        assertThat(token.containsKey("refresh_token")).isFalse();

        HttpResponse<byte[]> head = require(200, send("HEAD", manifest, new byte[0], bearer(token), "Accept", "*/*"));
        assertThat(head.headers().firstValue("Docker-Content-Digest"))
                .hasValue(image.digest().toString());
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(image.bytes().length);
        assertThat(challenge(send("POST", "/v2/base/blobs/uploads/", new byte[0], bearer(token))))
                .containsEntry("error", "insufficient_scope")
                .containsEntry("scope", "repository:base:pull,push");
    }

    /** A HEAD, a GET for the token, everything else with it; blobs too are asked for with the types of manifests. */
    @Test
    void flatpakPulls() throws Exception {
        String accept = "application/vnd.oci.image.manifest.v1+json,"
                + " application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.index.v1+json";
        Map<String, String> refused = challenge(registry.send("HEAD", "/v2/base/manifests/latest"));
        String ask = path(refused) + "?service=" + encode(refused.get("service")) + "&scope=";
        assertThat(json(registry.get(ask, "Authorization", ALICE)).getString("token"))
                .as("for no scope")
                .isNotEmpty();
        String token = bearer(json(registry.get(ask + encode("repository:base:pull"), "Authorization", ALICE)));
        for (String path : List.of(
                "manifests/latest", "manifests/" + image.digest(), "blobs/" + Digest.of(Content.bytes("a layer")))) {
            require(200, registry.get("/v2/base/" + path, "Accept", accept, "Authorization", token));
        }
    }

    @Test
    @NeedsCommand({"containerd", "ctr", "skopeo"})
    void realContainerdPullsAndPushes() throws Exception {
        Path directory = BuildDirectory.make("containerd");
        OciLayout layout = new OciLayout(directory.resolve("layout"));
        OciLayout.Entry pushed = layout.image("amd64", "for containerd");
        new ContainerTools(directory, registry.authority())
                .copy(
                        layout.name("1", pushed),
                        "docker://" + registry.authority() + "/containerd/from:1",
                        "--dest-creds=alice:" + PASSWORD);
        // A socket's name may have about a hundred characters
        Path socket = Files.createTempDirectory("containerd").resolve("socket");
        Path config = Files.writeString(directory.resolve("config.toml"), """
                version = 2
                root = "%s"
                state = "%s"
                disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
                [grpc]
                  address = "%s"
                """.formatted(
                        directory.resolve("root"), directory.resolve("state"), socket));
        ProcessBuilder line = new ProcessBuilder("containerd", "--config", config.toString());
        try (Daemon daemon =
                Daemon.start(line, directory.resolve("log"), START, () -> ctr(directory, socket, "version") == 0)) {
            String from = registry.authority() + "/containerd/from:1";
            String to = registry.authority() + "/containerd/to:1";
            String credentials = "--user=alice:" + PASSWORD;
            assertThat(daemon).isNotNull();
            assertThat(ctr(directory, socket, "content", "fetch", "--plain-http", "--user=alice:wrong", from))
                    .isNotZero();
            assertThat(ctr(directory, socket, "content", "fetch", "--plain-http", from))
                    .isNotZero();
            assertThat(ctr(directory, socket, "content", "fetch", "--plain-http", credentials, from))
                    .isZero();
            assertThat(ctr(directory, socket, "images", "push", "--plain-http", to, from))
                    .isNotZero();
            assertThat(ctr(directory, socket, "images", "push", "--plain-http", credentials, to, from))
                    .isZero();
            HttpResponse<byte[]> there = registry.get("/v2/containerd/to/manifests/1", "Authorization", ALICE);
            assertThat(Digest.of(there.body())).isEqualTo(pushed.digest());
        } finally {
            BuildDirectory.delete(socket.getParent());
        }
    }

    private static int ctr(Path directory, Path socket, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("ctr", "--address", socket.toString()));
        line.addAll(List.of(arguments));
        return new Command(directory, Map.of(), line).attempt().status();
    }

    /** The parameters of the one challenge, of the scheme that all clients know. */
    private static Map<String, String> challenge(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        List<String> challenges = response.headers().allValues("WWW-Authenticate");
        assertThat(challenges).hasSize(1).allMatch(value -> value.startsWith("Bearer "));
        return PARAMETER
                .matcher(challenges.getFirst())
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2)));
    }

    private static String path(Map<String, String> challenge) {
        URI realm = URI.create(challenge.get("realm"));
        assertThat(realm.getAuthority()).isEqualTo(registry.authority());
        return realm.getPath();
    }

    private static String bearer(JsonObject answer) {
        return "Bearer " + answer.getString("token");
    }

    private static JsonObject json(HttpResponse<byte[]> response) {
        return Reply.of(require(200, response)).json();
    }

    private static HttpResponse<byte[]> post(String path, String form) throws Exception {
        return registry.send(
                "POST",
                path,
                BodyPublishers.ofString(form),
                "Content-Type",
                "application/x-www-form-urlencoded; charset=utf-8");
    }

    private static HttpResponse<byte[]> putManifest(String target, String authorization) throws Exception {
        return send(
                "PUT",
                target,
                image.bytes(),
                authorization,
                "Content-Type",
                image.mediaType().value());
    }

    private static HttpResponse<byte[]> send(
            String method, String target, byte[] body, String authorization, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Authorization", authorization));
        return registry.send(method, target, BodyPublishers.ofByteArray(body), all.toArray(String[]::new));
    }

    private static HttpResponse<byte[]> require(int status, HttpResponse<byte[]> response) {
        return RegistryClient.require(status, response);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
