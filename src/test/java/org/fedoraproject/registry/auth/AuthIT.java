package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Daemon;
import org.fedoraproject.registry.testing.LocalImage;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TestAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Passwords and client certificates, on a server of its own with a policy much like that of the candidate registry. */
@NeedsCommand({"skopeo", "htpasswd", "openssl"})
class AuthIT {
    private static final String POLICY = """
            base challenge
            group releng boss
            rule @registry anyone catalog
            rule ** anyone pull
            rule ** users pull push
            rule ** group:releng all
            rule ** cert:builder pull push
            rule secret/** anyone none
            rule secret/** group:releng all
            rule closed/** anyone pull
            immutable open/** v*
            children open/sparse/** linux/amd64
            children open/sparse/none none
            """;

    private static final String PASSWORD = Logins.PASSWORD;
    /** From where the test connects when it is a proxy. */
    private static final String PROXY = "127.0.0.2";

    private static final String MARK = "the secret content";
    private static final Duration SOON = Duration.ofSeconds(20);

    private static Path work;
    private static Path policy;
    private static Logins logins;
    private static TestAuthority authority;
    private static ServerProcess server;
    private static RegistryClient registry;
    private static RegistryClient proxy;
    private static int tlsPort;
    private static Digest secretBlob;
    private static Manifest secretManifest;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("auth");
        policy = Files.writeString(work.resolve("policy"), POLICY);
        logins = new Logins(work.resolve("htpasswd"));
        for (String user : List.of("alice", "boss", "locked")) {
            logins.add(user);
        }
        logins.add("-m", "veteran", PASSWORD);
        authority = new TestAuthority(work.resolve("authority"));
        Path keyStore = authority.keyStore(work.resolve("tls.p12"));
        tlsPort = Ports.free();
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.auth.policy=" + policy,
                "-Dregistry.auth.passwords=" + logins,
                "-Dregistry.auth.certificate-header=Client-Cert",
                "-Dregistry.auth.challenges=basic",
                "-Dregistry.auth.max-failures=5",
                "-Dregistry.auth.failure-window=PT3S",
                "-Dregistry.http.trusted-proxies=" + PROXY,
                "-Dregistry.cdn.url=https://cdn.test",
                "-Dregistry.cdn.probe=false",
                "-Dregistry.cdn.direct-networks=127.0.0.1",
                "-Dregistry.tls.enabled=true",
                "-Djboss.https.port=" + tlsPort,
                "-Dregistry.tls.key-store=" + keyStore,
                "-Dregistry.tls.client-certificates=true",
                "-Dregistry.tls.client-trust-store=" + authority.trustStoreFile());
        registry = server.client();
        proxy = new RegistryClient(
                URI.create("http://127.0.0.1:" + server.port()),
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .localAddress(InetAddress.getByName(PROXY))
                        .build());
        secretBlob = Digest.of(Content.bytes(MARK));
        push("boss", "secret/app", "latest", MARK);
        secretManifest = Content.image(secretBlob);
        push("alice", "open/app", "latest", "open");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            registry.close();
            proxy.close();
            server.close();
        }
    }

    /** Who asks, how, for what, and what comes back. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -      , GET   , /v2/                             , 401, -
            alice  , GET   , /v2/                             , 200, -
            veteran, GET   , /v2/                             , 200, -
            nobody , GET   , /v2/                             , 401, -
            -      , GET   , /v2/open/app/manifests/latest    , 200, -
            -      , GET   , /v2/open/app/tags/list           , 200, -
            -      , HEAD  , /v2/open/app/manifests/latest    , 200, -
            nobody , GET   , /v2/open/app/manifests/latest    , 401, -
            -      , POST  , /v2/open/app/blobs/uploads/      , 401, -
            alice  , POST  , /v2/open/app/blobs/uploads/      , 202, -
            alice  , DELETE, /v2/open/app/manifests/none      , 403, DENIED
            boss   , DELETE, /v2/open/app/manifests/none      , 404, MANIFEST_UNKNOWN
            alice  , POST  , /v2/closed/app/blobs/uploads/    , 403, DENIED
            -      , POST  , /v2/closed/app/blobs/uploads/    , 401, -
            -      , GET   , /v2/secret/app/manifests/latest  , 401, UNAUTHORIZED
            -      , GET   , /v2/secret/none/manifests/latest , 401, UNAUTHORIZED
            alice  , GET   , /v2/secret/app/manifests/latest  , 403, DENIED
            alice  , GET   , /v2/secret/none/manifests/latest , 403, DENIED
            alice  , GET   , /v2/secret/app/tags/list         , 403, DENIED
            alice  , GET   , /v2/secret/none/tags/list        , 403, DENIED
            boss   , GET   , /v2/secret/app/manifests/latest  , 200, -
            -      , GET   , /v2/secret/Bad/manifests/latest  , 400, NAME_INVALID
            -      , GET   , /v2/nothing                      , 404, UNSUPPORTED
            -      , GET   , /                                , 200, -
            """)
    void callerGetsWhatThePolicyAllows(String user, String method, String path, int status, String code)
            throws Exception {
        HttpResponse<byte[]> response = as(user, method, path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().allValues("WWW-Authenticate"))
                .isEqualTo(status == 401 ? List.of("Basic realm=\"registry\", charset=\"UTF-8\"") : List.of());
        if (code != null) {
            assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains(code);
        }
        assertThat(response.headers().firstValue("Docker-Distribution-API-Version"))
                .isPresent();
    }

    @Test
    void catalogHidesWhatMayNotBePulled() throws Exception {
        assertThat(catalog(null)).contains("open/app").doesNotContain("secret/app");
        assertThat(catalog("alice")).contains("open/app").doesNotContain("secret/app");
        assertThat(catalog("boss")).contains("open/app", "secret/app");
    }

    /** The client gets an upload instead, as for a blob that is not there. */
    @Test
    void mountFromWhatMayNotBePulledIsAnUpload() throws Exception {
        String target = "/v2/open/mount/blobs/uploads/?mount=" + secretBlob + "&from=secret/app";
        assertThat(as("alice", "POST", target).statusCode()).isEqualTo(202);
        assertThat(as("alice", "GET", "/v2/open/mount/blobs/" + secretBlob).statusCode())
                .isEqualTo(404);
        assertThat(as("boss", "POST", target).statusCode()).isEqualTo(201);
    }

    @Test
    void onlyWhatEverybodyMayPullIsForCachesAndTheCdn() throws Exception {
        String open = "/v2/open/app/blobs/" + Digest.of(Content.bytes("open"));
        String secret = "/v2/secret/app/blobs/" + secretBlob;
        assertThat(cacheControl(as("boss", "GET", open))).startsWith("public");
        assertThat(cacheControl(as("boss", "HEAD", open))).startsWith("public");
        for (String method : List.of("GET", "HEAD")) {
            assertThat(cacheControl(as("boss", method, secret))).startsWith("private");
            assertThat(cacheControl(as("boss", method, "/v2/secret/app/manifests/" + secretManifest.digest())))
                    .startsWith("private");
            for (String what : List.of("manifests/latest", "tags/list", "referrers/" + secretManifest.digest())) {
                assertThat(cacheControl(as("boss", method, "/v2/secret/app/" + what)))
                        .isEqualTo("private, no-cache");
                assertThat(cacheControl(as("boss", method, "/v2/open/app/" + what)))
                        .isEqualTo("no-cache");
            }
            assertThat(cacheControl(as(null, method, "/v2/_catalog"))).isEqualTo("private, no-cache");
        }

        String outside = "192.0.2.5";
        assertThat(proxy.get(open, "X-Forwarded-For", outside).statusCode()).isEqualTo(302);
        assertThat(proxy.get(secret, "X-Forwarded-For", outside).statusCode()).isEqualTo(401);
        assertThat(proxy.get(secret, "X-Forwarded-For", outside, "Authorization", Logins.basic("boss"))
                        .statusCode())
                .isEqualTo(200);
    }

    private static String cacheControl(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Cache-Control").orElseThrow();
    }

    @Test
    void immutableTagIsMadeAndNotMoved() throws Exception {
        push("alice", "open/fixed", "v1", "one");
        push("alice", "open/fixed", "v1", "one");
        push("alice", "open/fixed", "next", "one");
        push("alice", "open/fixed", "next", "two");

        Manifest two = Content.image(Digest.of(Content.bytes("two")));
        HttpResponse<byte[]> refused = putManifest("boss", "open/fixed", "v1", two);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("DENIED");
        assertThat(putManifest("alice", "open/fixed", two.digest() + "?tag=v1", two)
                        .statusCode())
                .isEqualTo(403);
    }

    /** Of which platforms children of an index are pushed before it is, and what comes back. */
    @ParameterizedTest
    @CsvSource({
        "open/all/both      , amd64 arm64, 201",
        "open/all/one       , amd64      , 400",
        "open/sparse/both   , amd64 arm64, 201",
        "open/sparse/named  , amd64      , 201",
        "open/sparse/another, arm64      , 400",
        "open/sparse/empty  , ''         , 400",
        "open/sparse/none   , ''         , 201"
    })
    void policySaysWhichChildrenAnIndexNeeds(String name, String pushed, int status) throws Exception {
        List<String> children = new ArrayList<>();
        List<Manifest> absent = new ArrayList<>();
        for (String architecture : List.of("amd64", "arm64")) {
            Digest layer = Digest.of(Content.bytes(name + architecture));
            Manifest child = Content.image(layer);
            if (List.of(pushed.split(" ")).contains(architecture)) {
                push("alice", name, architecture, name + architecture);
            } else {
                absent.add(child);
            }
            children.add("""
                    {"mediaType": "%s", "digest": "%s", "size": %d, "platform": {"os": "linux", "architecture": "%s"}}""".formatted(child.mediaType(), child.digest(), child.bytes().length, architecture));
        }
        Manifest index = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "manifests": [%s]}""".formatted(MediaType.OCI_INDEX, String.join(",", children)));

        HttpResponse<byte[]> answer = putManifest("alice", name, "latest", index);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(as(null, "GET", "/v2/" + name + "/manifests/latest").statusCode())
                .isEqualTo(status == 201 ? 200 : 404);
        for (Manifest child : absent) {
            assertThat(as(null, "GET", "/v2/" + name + "/manifests/" + child.digest())
                            .statusCode())
                    .isEqualTo(404);
        }
        if (status != 201) {
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("MANIFEST_BLOB_UNKNOWN");
        }
    }

    /** As a mirror of one platform does it: the image, then the index, whose digest is as it was. */
    @Test
    void skopeoMirrorsOnePlatformAndKeepsTheIndex() throws Exception {
        Path directory = BuildDirectory.make("auth-sparse");
        ContainerTools tools = new ContainerTools(directory, registry.authority());
        OciLayout layout = new OciLayout(directory.resolve("layout"));
        OciLayout.Entry index = layout.index("amd64", "arm64");
        String whole = layout.name("1", index);
        String login = "--dest-creds=alice:" + PASSWORD;
        tools.copy(whole, docker("open/whole:1"), "--all", login);

        assertThat(tools.copyIsRefused(
                        docker("open/whole:1"), docker("open/sparse/mirror:1"), "--multi-arch=index-only", login))
                .contains("manifest blob unknown");
        Digest image =
                tools.copy(docker("open/whole:1"), docker("open/sparse/mirror:amd64"), "--multi-arch=system", login);
        assertThat(tools.copy(docker("open/whole:1"), docker("open/sparse/mirror:1"), "--multi-arch=index-only", login))
                .isEqualTo(index.digest());

        assertThat(image).isNotEqualTo(index.digest());
        tools.copy(docker("open/sparse/mirror:1"), "oci:" + directory.resolve("pulled:1"));
        assertThat(tools.written()).isEqualTo(image);
    }

    @Test
    @NeedsCommand("podman")
    void podmanLogsInAndPushes() throws Exception {
        LocalImage image = LocalImage.make("auth-podman", registry.authority());

        String login = image.tools().podmanLogin(registry.authority(), "alice", PASSWORD);

        image.push(docker("open/podman:1"), login);
    }

    @Test
    void skopeoPushesWithAPasswordAndPullsWithout() throws Exception {
        LocalImage image = LocalImage.make("auth-skopeo", registry.authority());
        String login = "--dest-creds=alice:" + PASSWORD;

        image.push(docker("open/skopeo:1"), login);
        image.pull(docker("open/skopeo:1"));
        assertThat(image.pushIsRefused(docker("open/skopeo:2"), "--dest-creds=alice:wrong"))
                .contains("unauthorized");
        assertThat(image.pushIsRefused(docker("open/skopeo:2"))).contains("unauthorized");
        assertThat(image.pushIsRefused(docker("closed/skopeo:2"), login)).contains("denied");
    }

    @Test
    void skopeoPushesWithAClientCertificate() throws Exception {
        LocalImage image = LocalImage.make("auth-certificate");
        String host = "docker://localhost:" + tlsPort;
        String target = host + "/open/certificate:1";

        image.push(target, certificates(authority.client("/O=test/CN=builder")));
        assertThat(image.pushIsRefused(host + "/closed/certificate:1", certificates(authority.client("/CN=stranger"))))
                .contains("denied");
        assertThat(image.pushIsRefused(target, certificates(authority.certificates())))
                .contains("unauthorized");
        Path foreign = new TestAuthority(image.directory().resolve("other")).client("/CN=builder");
        Files.copy(
                authority.certificates().resolve("ca.crt"),
                foreign.resolve("ca.crt"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(image.pushIsRefused(target, certificates(foreign))).isNotEmpty();
    }

    private static String certificates(Path directory) {
        return "--dest-cert-dir=" + directory;
    }

    @Test
    void certificateIsTakenFromATrustedProxysHeader() throws Exception {
        String certificate = certificateOf("boss");
        String path = "/v2/secret/app/manifests/latest";
        assertThat(proxy.get(path, "Client-Cert", certificate).statusCode()).isEqualTo(200);
        assertThat(proxy.get(path, "Client-Cert", certificate, "Client-Cert", certificate)
                        .statusCode())
                .isEqualTo(401);
        assertThat(proxy.get(path, "Client-Cert", "rubbish").statusCode()).isEqualTo(401);
        assertThat(proxy.get(path, "Client-Cert", "(null)").statusCode()).isEqualTo(401);
        assertThat(registry.get(path, "Client-Cert", certificate).statusCode())
                .as("from a client itself")
                .isEqualTo(401);
    }

    @Test
    @NeedsCommand("haproxy")
    void haproxyAsWeShipItPassesLongTokensAndNoCertificateOfAClient() throws Exception {
        int port = Ports.free();
        Path config = Files.writeString(
                work.resolve("haproxy.cfg"),
                Files.readString(Path.of("ops/front/haproxy.cfg"))
                        .replaceAll("(?m)^ *(log|user|group|stats socket|server .*192\\.0\\.2\\.12) ?.*$", "")
                        .replace("maxconn 8000", "maxconn 100")
                        .replace("bind *:80", "bind 127.0.0.1:" + port)
                        .replace("192.0.2.11:5000", "127.0.0.1:" + server.port() + " source " + PROXY));
        frontPassesWhatItShould(port, "haproxy", "-db", "-f", config.toString());
    }

    @Test
    @NeedsCommand("apache2")
    void httpdAsWeShipItPassesLongTokensAndNoCertificateOfAClient() throws Exception {
        int port = Ports.free();
        Path directory = Files.createDirectories(work.resolve("httpd"));
        String modules = Stream.of(
                        "mpm_event headers rewrite proxy proxy_http proxy_balancer lbmethod_byrequests proxy_hcheck"
                                + " slotmem_shm auth_basic authn_core authn_file authz_core authz_user")
                .flatMap(names -> Stream.of(names.split(" ")))
                .map(name -> "LoadModule " + name + "_module /usr/lib/apache2/modules/mod_" + name + ".so\n")
                .collect(Collectors.joining());
        String before = """
                %s
                ServerRoot "%s"
                DefaultRuntimeDir "%2$s"
                PidFile "%2$s/pid"
                ErrorLog "%2$s/error.log"
                User nobody
                Group nogroup
                Listen 127.0.0.1:%d
                ProxySourceAddress %s
                """.formatted(modules, directory, port, PROXY);
        Path config = Files.writeString(
                directory.resolve("httpd.conf"),
                before
                        + Files.readString(Path.of("ops/front/httpd.conf"))
                                .replaceAll("(?m)^ *(SSL|BalancerMember .*192\\.0\\.2\\.12).*$", "")
                                .replace("<VirtualHost *:443>", "<VirtualHost *>\nProxySourceAddress " + PROXY)
                                .replace("/etc/httpd/registry.users", '"' + logins.toString() + '"')
                                .replace("192.0.2.11:5000", "127.0.0.1:" + server.port()));
        frontPassesWhatItShould(port, "apache2", "-D", "FOREGROUND", "-f", config.toString());
    }

    @Test
    @NeedsCommand("nginx")
    void nginxAsWeShipItPassesLongTokensAndNoCertificateOfAClient() throws Exception {
        int port = Ports.free();
        Path directory = Files.createDirectories(work.resolve("nginx"));
        Files.writeString(
                directory.resolve("registry.conf"),
                Files.readString(Path.of("ops/front/nginx.conf"))
                        .replaceAll("(?m)^ *(ssl_|server 192\\.0\\.2\\.12).*$", "")
                        .replace("listen 443 ssl", "proxy_bind " + PROXY + ";\nlisten 127.0.0.1:" + port)
                        .replace("192.0.2.11:5000", "127.0.0.1:" + server.port()));
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(name -> name + "_temp_path " + name + ";")
                .collect(Collectors.joining(" "));
        // Workers of root's would become somebody who may not enter our directories
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        Files.writeString(directory.resolve("nginx.conf"), """
                %s
                daemon off;
                pid nginx.pid;
                error_log error.log;
                events { }
                http { access_log off; %s include registry.conf; }
                """.formatted(user, temporary));
        frontPassesWhatItShould(port, "nginx", "-p", directory.toString(), "-c", "nginx.conf", "-e", "error.log");
    }

    /** The server believes the front, as it does the test's other client. */
    private static void frontPassesWhatItShould(int port, String... line) throws Exception {
        String path = "/v2/secret/app/manifests/latest";
        String certificate = certificateOf("boss");
        assertThat(proxy.get(path, "Client-Cert", certificate).statusCode()).isEqualTo(200);
        List<String> program = new ArrayList<>(List.of(line));
        program.set(0, Command.find(line[0]).orElseThrow().toString());
        try (RegistryClient front = new RegistryClient(URI.create("http://127.0.0.1:" + port));
                Daemon daemon = Daemon.start(
                        new ProcessBuilder(program), work.resolve(line[0] + ".log"), SOON, front::answers)) {
            assertThat(daemon).isNotNull();
            assertThat(front.get(path, "Authorization", Logins.basic("boss")).statusCode())
                    .isEqualTo(200);
            assertThat(front.get("/v2/open/app/tags/list", "Authorization", "Bearer " + longToken())
                            .statusCode())
                    .isEqualTo(200);
            for (String header : List.of("Client-Cert", "client-cert")) {
                assertThat(front.get(path, header, certificate).statusCode()).isEqualTo(401);
                assertThat(front.send(
                                        "POST",
                                        "/v2/secret/app/blobs/uploads/",
                                        BodyPublishers.noBody(),
                                        header,
                                        certificate)
                                .statusCode())
                        .isEqualTo(401);
            }
            passesEarlyAnswers(front);
        }
    }

    /** Of the registry, which need not read a body to its end to know that there is no such upload. */
    private static void passesEarlyAnswers(RegistryClient front) throws Exception {
        byte[] body = new byte[5_000_000];
        for (int i = 0; i < 40; i++) {
            HttpResponse<byte[]> answer = front.send(
                    "PATCH",
                    "/v2/open/app/blobs/uploads/" + UUID.randomUUID(),
                    BodyPublishers.ofByteArray(body),
                    "Authorization",
                    Logins.basic("alice"));
            assertThat(answer.statusCode()).as("of upload " + i).isEqualTo(404);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("BLOB_UPLOAD_UNKNOWN");
        }
    }

    /** As long as one can be. */
    private static String longToken() throws Exception {
        String form = IntStream.range(0, 99)
                .mapToObj(i -> "scope=repository:open/%03d".formatted(i) + "x".repeat(245) + ":pull,push")
                .collect(Collectors.joining(
                        "&",
                        "grant_type=password&username=alice&password=pass+word&",
                        "&scope=" + "repository:open/app:pull"));
        return Reply.of(RegistryClient.require(
                        200, registry.send("POST", "/auth/token", BodyPublishers.ofString(form))))
                .json()
                .getString("access_token");
    }

    private static String certificateOf(String name) throws Exception {
        return Files.readString(authority.client("/CN=" + name).resolve("client.cert"))
                .strip()
                .replace('\n', ' ');
    }

    @Test
    void policyAndPasswordsAreTakenUpAsTheyChange() throws Exception {
        try {
            logins.add("newcomer");
            Await.until(
                    "the new user", SOON, () -> as("newcomer", "GET", "/v2/").statusCode() == 200);

            Files.writeString(policy, POLICY + "rule fresh/** user:newcomer none\n");
            String fresh = "/v2/fresh/app/tags/list";
            Await.until("the new rule", SOON, () -> as("newcomer", "GET", fresh).statusCode() == 403);

            Files.writeString(policy, POLICY + "rule fresh/** user:newcomer everything\n");
            Await.until("the mistake", SOON, () -> server.figure("registry_auth_policy_current") == 0);
            assertThat(as("newcomer", "GET", fresh).statusCode()).isEqualTo(403);
            assertThat(Files.readString(server.log())).contains("line 14: not an action here: everything");
        } finally {
            Files.writeString(policy, POLICY);
        }
        Await.until(
                "the old rules",
                SOON,
                () -> as("newcomer", "GET", "/v2/fresh/app/tags/list").statusCode() == 404);
    }

    /** Another address in X-Forwarded-For than the others' here. */
    @Test
    void whoFailsTooOftenWaits() throws Exception {
        String from = "192.0.2.77";
        for (int i = 0; i < 5; i++) {
            assertThat(login("locked", "wrong" + i, from).statusCode()).isEqualTo(401);
        }
        HttpResponse<byte[]> waits = login("locked", PASSWORD, from);
        assertThat(waits.statusCode()).isEqualTo(429);
        assertThat(waits.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 3L);
        assertThat(new String(waits.body(), StandardCharsets.UTF_8)).contains("TOOMANYREQUESTS");
        assertThat(login("alice", PASSWORD + "?", from).statusCode())
                .as("the address")
                .isEqualTo(429);
        assertThat(login("locked", PASSWORD, "192.0.2.78").statusCode())
                .as("the user")
                .isEqualTo(429);
        Await.until("the end of it", SOON, () -> login("locked", PASSWORD, from).statusCode() == 200);
    }

    @Test
    void auditLogTellsWhoDidWhatAndNoSecrets() throws Exception {
        push("alice", "open/audited", "1", "audited");
        as("alice", "DELETE", "/v2/open/audited/manifests/1");
        registry.get("/v2/secret/app/manifests/latest", "Authorization", "Bearer not.a.token");

        String digest =
                Content.image(Digest.of(Content.bytes("audited"))).digest().toString();
        Await.until(
                "the audit log",
                SOON,
                () -> Files.readString(server.log()).contains("\"reference\":\"1\",\"status\":403"));
        String log = Files.readString(server.log());
        assertThat(log.lines()
                        .filter(line -> line.startsWith("{\"timestamp\":") && line.contains("\"logger\":\"audit\"")))
                .anyMatch(line -> line.contains("\"action\":\"push\",\"method\":\"PUT\",\"user\":\"alice\","
                        + "\"address\":\"127.0.0.1\",\"repository\":\"open/audited\",\"reference\":\"1\",\"digest\":\""
                        + digest + "\",\"status\":201,\"id\":"))
                .anyMatch(line -> line.contains("\"action\":\"delete\",\"method\":\"DELETE\",\"user\":\"alice\","
                        + "\"address\":\"127.0.0.1\",\"repository\":\"open/audited\",\"reference\":\"1\",\"status\":403,"
                        + "\"refused\":\"DENIED\""))
                .anyMatch(line -> line.contains("\"refused\":\"TOKEN\""))
                .allSatisfy(line -> {
                    try (var reader = Json.createReader(new StringReader(line))) {
                        assertThat(reader.readObject()).containsKeys("action", "user", "address", "status");
                    }
                });
        assertThat(log).doesNotContain(PASSWORD, "not.a.token", "$2y$", Logins.basic("alice"));
        assertThat(server.figure("registry_auth_policy_current")).isEqualTo(1);
    }

    private static String docker(String image) {
        return "docker://" + registry.authority() + "/" + image;
    }

    private static List<String> catalog(String user) throws Exception {
        return Reply.of(as(user, "GET", "/v2/_catalog")).strings("repositories");
    }

    private static HttpResponse<byte[]> as(String user, String method, String path) throws Exception {
        return user == null
                ? registry.send(method, path)
                : registry.send(method, path, BodyPublishers.noBody(), "Authorization", Logins.basic(user));
    }

    private static HttpResponse<byte[]> login(String user, String password, String address) throws Exception {
        return proxy.get("/v2/", "Authorization", Logins.basic(user, password), "X-Forwarded-For", address);
    }

    private static void push(String user, String name, String tag, String content) throws Exception {
        registry.pushImage(name, tag, Content.bytes(content), Logins.basic(user));
    }

    private static HttpResponse<byte[]> putManifest(String user, String name, String reference, Manifest manifest)
            throws Exception {
        return registry.send(
                "PUT",
                "/v2/" + name + "/manifests/" + reference,
                BodyPublishers.ofByteArray(manifest.bytes()),
                "Content-Type",
                manifest.mediaType().value(),
                "Authorization",
                Logins.basic(user));
    }
}
