package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.LocalImage;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Together;
import org.fedoraproject.registry.testing.Wire;
import org.fedoraproject.registry.token.TestIssuer;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tokens: two registries over one tree, which share the keys of their own tokens. The first sends clients to its own endpoint, the
 * second to another issuer, which is the test's: it signs for whoever has the password.
 */
@NeedsCommand({"skopeo", "htpasswd"})
class TokenIT {
    private static final String POLICY = """
            base challenge
            rule @registry anyone catalog
            rule ** anyone pull
            rule ** user:alice pull push
            rule secret/** anyone none
            rule secret/** user:alice pull push
            """;

    private static final String PASSWORD = Logins.PASSWORD;
    private static final String CATALOG = "scope=registry:catalog:*";
    private static final Duration SOON = Duration.ofSeconds(20);

    private static Path work;
    private static Path keys;
    private static Logins logins;
    private static TestIssuer issuer;
    private static HttpServer issuerServer;
    private static ServerProcess ownServer;
    private static ServerProcess otherServer;
    private static RegistryClient own;
    private static RegistryClient other;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("token");
        keys = Files.createDirectory(work.resolve("keys"));
        logins = new Logins(work.resolve("htpasswd"));
        logins.add("alice");
        logins.add("carol");
        issuer = new TestIssuer();
        issuerServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuerServer.createContext("/keys", exchange -> answer(exchange, 200, issuer.jwks()));
        issuerServer.createContext("/token", TokenIT::issue);
        issuerServer.start();
        String issuerUrl = "http://127.0.0.1:" + issuerServer.getAddress().getPort();
        List<String> common = List.of(
                "-Dregistry.auth.policy=" + Files.writeString(work.resolve("policy"), POLICY),
                "-Dregistry.auth.passwords=" + logins,
                "-Dregistry.auth.token-keys=" + keys,
                "-Dregistry.auth.clock-skew=PT1S",
                "-Dregistry.auth.max-failures=1000", // who waits for a change is refused many times
                "-Dregistry.auth.issuer=" + TestIssuer.NAME,
                "-Dregistry.auth.issuer-keys=" + issuerUrl + "/keys");
        List<ServerProcess> servers = Together.start(
                () -> server("own", common.stream()),
                () -> server(
                        "other",
                        Stream.concat(common.stream(), Stream.of("-Dregistry.auth.realm=" + issuerUrl + "/token"))));
        ownServer = servers.get(0);
        otherServer = servers.get(1);
        own = ownServer.client();
        other = otherServer.client();
    }

    private static ServerProcess server(String name, Stream<String> options) throws Exception {
        return new ServerProcess(work.resolve(name), work.resolve("root"), options.toArray(String[]::new));
    }

    @AfterAll
    static void stop() throws Exception {
        for (ServerProcess server : Arrays.asList(ownServer, otherServer)) {
            if (server != null) {
                server.close();
            }
        }
        if (issuerServer != null) {
            issuerServer.stop(0);
        }
    }

    @Test
    void skopeoGetsTokensFromOurEndpoint() throws Exception {
        pushesAndPulls("token-own", own);
    }

    @Test
    void skopeoGetsTokensFromAnotherIssuer() throws Exception {
        pushesAndPulls("token-other", other);
    }

    @Test
    @NeedsCommand("podman")
    void podmanLogsIn() throws Exception {
        ContainerTools tools = new ContainerTools(BuildDirectory.make("token-podman"), own.authority());

        tools.podmanLogin(own.authority(), "alice", PASSWORD);
    }

    /** As flatpak does it: a HEAD, a challenge, a token for what the challenge says. */
    @Test
    void anonymousClientGetsAToken() throws Exception {
        assertChallenge(own.send("GET", "/v2/"), Optional.empty(), Optional.empty());
        HttpResponse<byte[]> refused = own.send("HEAD", "/v2/secret/app/manifests/latest");
        assertChallenge(refused, Optional.of("repository:secret/app:pull"), Optional.empty());

        String token = ask(own, null, "scope=repository:open/app:pull,push").getString("token");
        assertThat(get(own, "/v2/", token).statusCode()).isEqualTo(200);
        assertThat(get(own, "/v2/open/app/tags/list", token).statusCode()).isEqualTo(404);
        assertChallenge(
                get(own, "/v2/secret/app/tags/list", token),
                Optional.of("repository:secret/app:pull"),
                Optional.of("insufficient_scope"));
        assertChallenge(
                send(own, "POST", "/v2/open/app/blobs/uploads/", token),
                Optional.of("repository:open/app:pull,push"),
                Optional.of("insufficient_scope"));
        assertChallenge(
                get(own, "/v2/_catalog", token), Optional.of("registry:catalog:*"), Optional.of("insufficient_scope"));
    }

    @Test
    void tokenHasWhatItsHolderMayDoOfWhatWasAsked() throws Exception {
        JsonObject answer = ask(
                own,
                "alice",
                "service=registry&account=alice&scope=repository:a:pull,push,delete%20repository:secret/b:pull"
                        + "&scope=registry:catalog:*&scope=rubbish");
        String token = answer.getString("access_token");
        assertThat(answer.getInt("expires_in")).isEqualTo(300);
        assertThat(answer.containsKey("refresh_token")).isFalse();
        assertThat(send(own, "POST", "/v2/a/blobs/uploads/", token).statusCode())
                .isEqualTo(202);
        assertThat(send(other, "POST", "/v2/a/blobs/uploads/", token).statusCode())
                .as("the other instance")
                .isEqualTo(202);
        assertThat(get(own, "/v2/secret/b/tags/list", token).statusCode()).isEqualTo(404);
        assertThat(get(own, "/v2/_catalog", token).statusCode()).isEqualTo(200);
        assertThat(send(own, "DELETE", "/v2/a/manifests/x", token).statusCode()).isEqualTo(401);
        assertThat(get(own, "/v2/secret/c/tags/list", token).statusCode()).isEqualTo(401);

        String carols = ask(own, "carol", "scope=repository:a:pull,push").getString("token");
        assertThat(get(own, "/v2/a/tags/list", carols).statusCode()).isEqualTo(404);
        assertThat(send(own, "POST", "/v2/a/blobs/uploads/", carols).statusCode())
                .isEqualTo(401);
    }

    /** Clients with several logins name the wrong one at times. */
    @Test
    void accountIsAHint() throws Exception {
        String token = ask(own, "alice", "account=carol&scope=repository:secret/b:pull")
                .getString("token");
        assertThat(get(own, "/v2/secret/b/tags/list", token).statusCode()).isEqualTo(404);
    }

    @Test
    void catalogListsWhatTheTokensUserMayPull() throws Exception {
        for (String name : List.of("secret/listed", "open/listed")) {
            String push = "Bearer "
                    + ask(own, "alice", "scope=repository:" + name + ":pull,push")
                            .getString("token");
            own.pushImage(name, "1", Content.bytes("a layer"), push);
        }

        assertThat(catalog(ask(own, "alice", CATALOG).getString("token"))).contains("open/listed", "secret/listed");
        assertThat(catalog(ask(own, "carol", CATALOG).getString("token")))
                .contains("open/listed")
                .doesNotContain("secret/listed");
        assertThat(catalog(ask(own, null, CATALOG).getString("token")))
                .contains("open/listed")
                .doesNotContain("secret/listed");
        assertThat(catalog(issuer.sign(TestIssuer.claims("bot", "registry:catalog:*"))))
                .as("another issuer's")
                .contains("open/listed")
                .doesNotContain("secret/listed");
    }

    private static List<String> catalog(String token) throws Exception {
        return Reply.of(RegistryClient.require(200, get(own, "/v2/_catalog", token)))
                .strings("repositories");
    }

    /** As many as are granted at once, with names as a mirror may have them; by a form, since a URL has its limit. */
    @Test
    void tokenForManyRepositoriesIsTaken() throws Exception {
        String scopes = IntStream.range(0, 100)
                .mapToObj(i -> "scope=repository:" + "mirror/%03d/".formatted(i) + "x".repeat(240) + ":pull")
                .collect(Collectors.joining("&"));
        String token = Reply.of(RegistryClient.require(
                        200,
                        post("grant_type=password&username=alice&service=registry&password="
                                + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8) + "&" + scopes)))
                .json()
                .getString("access_token");
        assertThat(token.length()).isGreaterThan(32_768);
        assertThat(get(own, "/v2/mirror/099/" + "x".repeat(240) + "/tags/list", token)
                        .statusCode())
                .isEqualTo(404);
    }

    /** The token itself has minutes left. */
    @Test
    void tokenIsNoGoodOnceItsUserIsGone() throws Exception {
        logins.add("erin");
        Await.until(
                "the new user",
                SOON,
                () -> own.get("/auth/token", "Authorization", Logins.basic("erin"))
                                .statusCode()
                        == 200);
        String token = ask(own, "erin", "scope=repository:open/x:pull").getString("token");
        assertThat(get(own, "/v2/open/x/tags/list", token).statusCode()).isEqualTo(404);
        logins.remove("erin");
        Await.until(
                "the end of the user",
                SOON,
                () -> get(own, "/v2/open/x/tags/list", token).statusCode() == 401);
        assertChallenge(
                get(own, "/v2/open/x/tags/list", token),
                Optional.of("repository:open/x:pull"),
                Optional.of("invalid_token"));
    }

    @Test
    void endpointRefusesWhatItShould() throws Exception {
        HttpResponse<byte[]> wrong = own.get("/auth/token", "Authorization", Logins.basic("alice", "wrong"));
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic ");
        String alice = Logins.basic("alice");
        assertThat(own.get("/auth/token?service=other", "Authorization", alice).statusCode())
                .isEqualTo(400);
        assertThat(new Wire("127.0.0.1", ownServer.port())
                        .get("/auth/token?scope=%zz", "Authorization: " + alice)
                        .status())
                .isEqualTo(400);
        assertThat(post("grant_type=client_credentials").statusCode()).isEqualTo(400);
        assertThat(post("grant_type=password&username=alice&password=wrong").statusCode())
                .isEqualTo(401);
        assertThat(post("grant_type=refresh_token&refresh_token=x").statusCode())
                .isEqualTo(401);
        assertThat(post("x=" + "y".repeat(100_000)).statusCode()).isEqualTo(413);
        String token = ask(own, "alice", "").getString("token");
        assertThat(own.get("/auth/token", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(400);
    }

    @Test
    void refreshTokenIsGoodUntilThePasswordChanges() throws Exception {
        logins.add("dave", "first");
        String form = "grant_type=password&username=dave&password=first&access_type=offline&service=registry";
        Await.until("the new user", SOON, () -> post(form).statusCode() == 200);
        String refresh = Reply.of(post(form)).json().getString("refresh_token");
        String again = "grant_type=refresh_token&service=registry&scope=repository:a:pull&refresh_token="
                + URLEncoder.encode(refresh, StandardCharsets.UTF_8);
        JsonObject answer = Reply.of(RegistryClient.require(200, post(again))).json();
        assertThat(answer.getString("scope")).isEqualTo("repository:a:pull");
        assertThat(get(own, "/v2/", answer.getString("access_token")).statusCode())
                .isEqualTo(200);
        assertThat(get(own, "/v2/", refresh).statusCode())
                .as("as an access token")
                .isEqualTo(401);
        assertThat(ask(own, "alice", "offline_token=true").getString("refresh_token"))
                .isNotEmpty();

        logins.add("dave", "second");
        Await.until("the new password", SOON, () -> post(again).statusCode() == 401);
    }

    @Test
    void wrongTokensAreRefusedWithTheRightChallenge() throws Exception {
        String path = "/v2/secret/app/tags/list";
        Optional<String> scope = Optional.of("repository:secret/app:pull");
        Optional<String> invalid = Optional.of("invalid_token");
        Await.until(
                "the issuer's keys",
                SOON,
                () -> get(own, path, issuer.sign(good())).statusCode() == 404);

        TestIssuer attacker = new TestIssuer();
        List<String> wrong = new ArrayList<>(List.of(
                issuer.sign(good(claims -> claims.setExpirationTime(fromNow(-5)))),
                issuer.sign(good(claims -> claims.setNotBefore(fromNow(60)))),
                issuer.sign(good(claims -> claims.setAudience("another"))),
                issuer.sign(good(claims -> claims.setIssuer("https://another.test"))),
                issuer.none(good(), "ec"),
                issuer.confused(good(), issuer.rsa.toJson(), "rsa"),
                issuer.confused(good(), issuer.pem(), "ec"),
                attacker.sign(good()),
                "not.a.token"));
        for (var headers : attacker.tricks("ec")) {
            wrong.add(attacker.sign(good(), attacker.ec, "ES256", headers));
        }
        for (String token : wrong) {
            assertChallenge(get(own, path, token), scope, invalid);
        }
        String narrow = issuer.sign(TestIssuer.claims("bot", "repository:secret/other:pull"));
        assertChallenge(get(own, path, narrow), scope, Optional.of("insufficient_scope"));
    }

    /** The token itself has minutes left. */
    @Test
    void tokenIsNoGoodOnceItsKeyIsGone() throws Exception {
        String token = ask(own, "alice", "").getString("token");
        assertThat(get(own, "/v2/", token).statusCode()).isEqualTo(200);
        try (Stream<Path> files = Files.list(keys)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Await.until("the end of the key", SOON, () -> get(own, "/v2/", token).statusCode() == 401);
        assertChallenge(get(own, "/v2/", token), Optional.empty(), Optional.of("invalid_token"));
        String next = ask(own, "alice", "").getString("token");
        assertThat(get(own, "/v2/", next).statusCode()).isEqualTo(200);
        Await.until(
                "the new key at the other instance",
                SOON,
                () -> get(other, "/v2/", next).statusCode() == 200);
    }

    private static void pushesAndPulls(String name, RegistryClient registry) throws Exception {
        LocalImage image = LocalImage.make(name, registry.authority());
        String remote = "docker://" + registry.authority() + "/secret/" + name + ":1";

        image.push(remote, "--dest-creds=alice:" + PASSWORD);
        image.pull(remote, "--src-creds=alice:" + PASSWORD);
        for (String credentials : List.of("alice:wrong", "carol:" + PASSWORD)) {
            assertThat(image.pushIsRefused(remote, "--dest-creds=" + credentials))
                    .containsAnyOf("unauthorized", "denied", "invalid username/password");
        }
    }

    private static JwtClaims good() {
        return TestIssuer.claims("bot", "repository:secret/app:pull");
    }

    private static JwtClaims good(Consumer<JwtClaims> change) {
        JwtClaims claims = good();
        change.accept(claims);
        return claims;
    }

    private static NumericDate fromNow(long seconds) {
        return NumericDate.fromSeconds(Instant.now().getEpochSecond() + seconds);
    }

    private static void assertChallenge(HttpResponse<byte[]> response, Optional<String> scope, Optional<String> error) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().allValues("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"http://" + own.authority() + "/auth/token\",service=\"registry\""
                        + scope.map(value -> ",scope=\"" + value + "\"").orElse("")
                        + error.map(value -> ",error=\"" + value + "\"").orElse(""));
    }

    private static JsonObject ask(RegistryClient registry, String user, String query) throws Exception {
        String target = "/auth/token?" + query;
        return Reply.of(RegistryClient.require(
                        200,
                        user == null
                                ? registry.get(target)
                                : registry.get(target, "Authorization", Logins.basic(user))))
                .json();
    }

    private static HttpResponse<byte[]> post(String form) throws Exception {
        return own.send(
                "POST",
                "/auth/token",
                BodyPublishers.ofString(form),
                "Content-Type",
                "application/x-www-form-urlencoded");
    }

    private static HttpResponse<byte[]> get(RegistryClient registry, String path, String token) throws Exception {
        return send(registry, "GET", path, token);
    }

    private static HttpResponse<byte[]> send(RegistryClient registry, String method, String path, String token)
            throws Exception {
        return registry.send(method, path, BodyPublishers.noBody(), "Authorization", "Bearer " + token);
    }

    /** What the other issuer does: alice may do everything, others nothing. */
    private static void issue(HttpExchange exchange) throws IOException {
        String authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        if (!List.of("", Logins.basic("alice"), Logins.basic("carol")).contains(authorization)) {
            answer(exchange, 401, "{}");
            return;
        }
        boolean isAlice = authorization.equals(Logins.basic("alice"));
        String[] scopes = Arrays.stream(
                        Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                                .orElse("")
                                .split("&"))
                .filter(pair -> isAlice && pair.startsWith("scope="))
                .map(pair -> URLDecoder.decode(pair.substring(6), StandardCharsets.UTF_8))
                .toArray(String[]::new);
        try {
            answer(exchange, 200, "{\"token\":\"" + issuer.sign(TestIssuer.claims("alice", scopes)) + "\"}");
        } catch (JoseException e) {
            throw new IOException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
