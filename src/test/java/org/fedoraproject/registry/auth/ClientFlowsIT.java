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
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How clients log in, by their sources request by request; and the programs themselves, with each policy that we ship. */
@NeedsCommand("htpasswd")
class ClientFlowsIT {
    /** Beside what is shipped. */
    private static final String MORE = """

            rule base      anyone none
            rule base      user:alice pull push
            rule docker    user:alice pull push
            rule there     anyone none
            rule there     users  pull
            rule there     group:releng all
            rule hidden/** anyone none
            rule hidden/** group:releng all
            """;

    /** What users may pull from the beginning, and nobody else. */
    static final String THERE = "there";

    private static final String BOT = "releng-bot";

    private static final String PASSWORD = Logins.PASSWORD;
    private static final String ALICE = Logins.basic("alice");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private static Path work;
    private static ServerProcess server;
    private static RegistryClient registry;
    private static Manifest image;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("client-flows");
        Logins logins = new Logins(work.resolve("htpasswd"));
        logins.add("alice");
        logins.add(BOT);
        use("production");
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.auth.policy=" + work.resolve("policy"),
                "-Dregistry.auth.passwords=" + logins,
                "-Dregistry.auth.max-failures=1000"); // all clients have one address
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

    /** Each shipped policy with each program: who has logged in rightly gets what the policy says, and everybody else too. */
    @Test
    @NeedsCommand({"skopeo", "podman", "buildah", "containerd", "ctr", "dockerd", "docker"})
    void programsGetWhatTheShippedPoliciesSay() throws Exception {
        try (Clients clients = new Clients(BuildDirectory.make("clients"), registry.authority())) {
            Clients.Client skopeo = clients.all().getFirst();
            skopeo.login(BOT, PASSWORD).run();
            skopeo.push(BOT, THERE).run();
            for (String name : List.of("production", "candidate")) {
                use(name);
                String expected = """
                        login with a wrong password: no
                        login: yes
                        push: yes
                        pull by anybody: yes
                        push by anybody: no
                        push by another user: %s
                        push of what is hidden: yes
                        pull of it: yes
                        pull of it by anybody: no
                        pull of it by another user: no
                        """.formatted(name.equals("candidate") ? "yes" : "no");
                assertThat(atOnce(clients.all(), name))
                        .allSatisfy((client, outcomes) ->
                                assertThat(outcomes).as(client + ", " + name).isEqualTo(expected));
            }
        }
    }

    private static Map<String, String> atOnce(List<Clients.Client> clients, String policy) throws Exception {
        Map<String, String> outcomes = new ConcurrentHashMap<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(clients.size())) {
            List<Future<String>> all = executor.invokeAll(clients.stream()
                    .map(client -> (Callable<String>) () -> outcomes.put(client.toString(), outcomes(client, policy)))
                    .toList());
            for (Future<String> each : all) {
                each.get();
            }
        }
        assertThat(outcomes).hasSameSizeAs(clients);
        return outcomes;
    }

    private static String outcomes(Clients.Client client, String policy) throws Exception {
        String open = "open/" + policy + "/" + client;
        String hidden = "hidden/" + policy + "/" + client;
        StringBuilder outcomes = new StringBuilder();
        tell(outcomes, "login with a wrong password", client.login(BOT, "wrong"));
        tell(outcomes, "login", client.login(BOT, PASSWORD));
        tell(outcomes, "push", client.push(BOT, open));
        tell(outcomes, "pull by anybody", client.pull("", open));
        tell(outcomes, "push by anybody", client.push("", open + "/by-anybody"));
        client.login("alice", PASSWORD).run();
        tell(outcomes, "push by another user", client.push("alice", open + "/by-alice"));
        tell(outcomes, "push of what is hidden", client.push(BOT, hidden));
        tell(outcomes, "pull of it", client.pull(BOT, hidden));
        tell(outcomes, "pull of it by anybody", client.pull("", hidden));
        tell(outcomes, "pull of it by another user", client.pull("alice", hidden));
        return outcomes.toString();
    }

    private static void tell(StringBuilder outcomes, String step, Command command) throws Exception {
        outcomes.append(step).append(Clients.succeeds(command) ? ": yes\n" : ": no\n");
    }

    /** A shipped policy with what the tests need besides; returns when it is in force. */
    private static void use(String name) throws Exception {
        String mark = "marks/" + name;
        Files.writeString(
                work.resolve("policy"),
                Files.readString(Path.of("ops/auth", name + ".policy")) + MORE + "rule " + mark + " anyone none\n");
        if (registry != null) {
            Await.until("the policy " + name, SOON, () -> registry.status("GET", "/v2/" + mark + "/tags/list") == 401);
        }
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
