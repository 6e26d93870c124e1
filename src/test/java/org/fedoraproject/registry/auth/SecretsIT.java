package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TestAuthority;
import org.fedoraproject.registry.token.TestIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole server at {@code DEBUG}, and every way to log in, well and badly: its logs know none of the secrets. */
@NeedsCommand({"htpasswd", "openssl"})
class SecretsIT {
    private static final String POLICY = """
            base challenge
            rule ** user:alice pull push
            """;

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String KEY_STORE_PASSWORD = secret();
    private static final String CDN_SECRET = secret();
    private static final String PASSWORD = secret();

    private static final Set<String> SECRETS = new LinkedHashSet<>(List.of(KEY_STORE_PASSWORD, CDN_SECRET, PASSWORD));

    private static ServerProcess server;
    private static RegistryClient registry;
    private static RegistryClient tls;
    private static TestIssuer issuer;
    private static Path base;

    @BeforeAll
    static void start() throws Exception {
        Path work = BuildDirectory.make("secrets");
        base = work.resolve("server");
        TestAuthority authority = new TestAuthority(work.resolve("authority"));
        Logins logins = new Logins(work.resolve("htpasswd"));
        logins.add("alice", PASSWORD);
        SECRETS.add(Files.readString(logins.file()).strip().substring("alice:".length()));
        issuer = new TestIssuer();
        int tlsPort = Ports.free();
        server = new ServerProcess(
                base,
                work.resolve("root"),
                "-Dregistry.auth.policy=" + Files.writeString(work.resolve("policy"), POLICY),
                "-Dregistry.auth.passwords=" + logins,
                "-Dregistry.auth.token-keys=" + Files.createDirectory(work.resolve("keys")),
                "-Dregistry.auth.issuer=" + TestIssuer.NAME,
                "-Dregistry.auth.issuer-keys=" + Files.writeString(work.resolve("issuer"), issuer.jwks()),
                "-Dregistry.auth.max-failures=1000",
                "-Dregistry.cdn.url=https://cdn.test",
                "-Dregistry.cdn.probe=false",
                "-Dregistry.cdn.secret-header=X-Cdn-Secret",
                "-Dregistry.cdn.secret-file=" + Files.writeString(work.resolve("cdn"), CDN_SECRET),
                "-Dregistry.log.file=true",
                "-Dregistry.tls.enabled=true",
                "-Djboss.https.port=" + tlsPort,
                "-Dregistry.tls.key-store=" + authority.serverKeyStore(KEY_STORE_PASSWORD),
                "-Dregistry.tls.password=" + KEY_STORE_PASSWORD,
                "-Dregistry.tls.client-certificates=true",
                "-Dregistry.tls.client-trust-store=" + authority.trustStoreFile());
        server.cli("/subsystem=logging/root-logger=ROOT:write-attribute(name=level,value=DEBUG)");
        server.cli(
                "/subsystem=logging/logger=org.fedoraproject.registry.audit:write-attribute(name=level,value=DEBUG)");
        // what is said at a start as well
        server.stop();
        server.start();
        registry = server.client();
        tls = new RegistryClient(
                URI.create("https://localhost:" + tlsPort),
                HttpClient.newBuilder().sslContext(authority.context()).build());
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            registry.close();
            tls.close();
            server.close();
        }
    }

    @Test
    void logsKnowNoSecretsWhateverWayOneLogsIn() throws Exception {
        for (RegistryClient client : List.of(registry, tls)) {
            passwords(client);
            tokens(client);
            queries(client);
        }
        String end = "the-end-" + UUID.randomUUID();
        registry.get("/v2/" + end + "/tags/list");
        Await.until("the log has all", SOON, () -> logs().stream().allMatch(log -> log.contains(end)));

        assertThat(logs()).hasSize(2);
        for (String log : logs()) {
            assertThat(log).contains("DEBUG", "alice");
            for (String secret : SECRETS) {
                assertThat(log.contains(secret)).as(secret).isFalse();
            }
        }
    }

    private static void passwords(RegistryClient client) throws Exception {
        assertThat(get(client, "/v2/", basic("alice", PASSWORD))).isEqualTo(200);
        assertThat(get(client, "/auth/token", basic("alice", PASSWORD))).isEqualTo(200);
        assertThat(get(client, "/v2/", basic("alice", wrong()))).isEqualTo(401);
        assertThat(get(client, "/auth/token", basic("alice", wrong()))).isEqualTo(401);
        assertThat(get(client, "/v2/", "Basic " + wrong())).isEqualTo(401);
        assertThat(get(client, "/v2/", "Digest username=\"alice\", response=\"" + wrong() + "\""))
                .isEqualTo(401);
        assertThat(get(client, "/v2/", wrong())).isEqualTo(401);
        assertThat(post(client, "grant_type=password&username=alice&password=" + wrong()))
                .isEqualTo(401);
        assertThat(post(client, "grant_type=" + wrong() + "&client_secret=" + wrong()))
                .isEqualTo(400);
        assertThat(client.get("/v2/", "X-Cdn-Secret", CDN_SECRET).statusCode()).isEqualTo(401);
    }

    private static void tokens(RegistryClient client) throws Exception {
        JsonObject answer = Reply.of(client.get(
                        "/auth/token?offline_token=true&scope=repository:a:pull,push",
                        "Authorization",
                        basic("alice", PASSWORD)))
                .json();
        String token = known(answer.getString("token"));
        String refresh = known(answer.getString("refresh_token"));
        assertThat(get(client, "/v2/", "Bearer " + token)).isEqualTo(200);
        assertThat(client.send(
                                "POST",
                                "/v2/a/blobs/uploads/",
                                BodyPublishers.noBody(),
                                "Authorization",
                                "Bearer " + token)
                        .statusCode())
                .isEqualTo(202);
        assertThat(get(client, "/v2/", "Bearer " + refresh)).isEqualTo(401);
        assertThat(post(client, "grant_type=refresh_token&refresh_token=" + refresh))
                .isEqualTo(200);
        assertThat(post(client, "grant_type=refresh_token&refresh_token=" + wrong()))
                .isEqualTo(401);
        String theirs = known(issuer.sign(TestIssuer.claims("bot", "repository:a:pull")));
        assertThat(get(client, "/v2/a/tags/list", "Bearer " + theirs)).isEqualTo(404);
        String forged = known(new TestIssuer().sign(TestIssuer.claims("bot", "repository:a:pull")));
        assertThat(get(client, "/v2/a/tags/list", "Bearer " + forged)).isEqualTo(401);
        assertThat(get(client, "/v2/a/tags/list", "Bearer " + wrong())).isEqualTo(401);
    }

    /** Where secrets do not belong, and are put all the same. */
    private static void queries(RegistryClient client) throws Exception {
        for (String name : List.of("access_token", "token", "refresh_token", "password", "client_secret", "Password")) {
            client.get("/auth/token?service=registry&" + name + "=" + wrong());
            client.get("/v2/a/tags/list?" + name + "=" + wrong());
            client.get("/elsewhere?n=1&" + name + "=" + wrong());
        }
    }

    private static int get(RegistryClient client, String target, String authorization) throws Exception {
        return client.get(target, "Authorization", authorization).statusCode();
    }

    private static int post(RegistryClient client, String form) throws Exception {
        return client.send(
                        "POST",
                        "/auth/token",
                        BodyPublishers.ofString(form),
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .statusCode();
    }

    private static String basic(String user, String password) {
        String value = Logins.basic(user, password);
        SECRETS.add(value.substring("Basic ".length()));
        return value;
    }

    /** A secret that does not fit, and is one for all that. */
    private static String wrong() {
        String wrong = secret();
        SECRETS.add(wrong);
        return wrong;
    }

    /** A token, of which also the signature alone is nobody's business. */
    private static String known(String token) {
        SECRETS.add(token);
        SECRETS.add(token.substring(token.lastIndexOf('.') + 1));
        return URLEncoder.encode(token, StandardCharsets.UTF_8);
    }

    private static String secret() {
        return "secret" + UUID.randomUUID().toString().replace("-", "");
    }

    /** Standard output, and the file for the admin console. */
    private static List<String> logs() throws Exception {
        List<String> logs = new ArrayList<>();
        for (Path file : List.of(server.log(), base.resolve("log/server.log"))) {
            logs.add(Files.readString(file));
        }
        return logs;
    }
}
