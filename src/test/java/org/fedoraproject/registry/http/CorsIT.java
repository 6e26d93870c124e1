package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.codec.digest.Md5Crypt;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Chromium;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.Management;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Wire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.chrome.ChromeDriver;

/** Scripts of pages that are elsewhere. Ordered, since the later tests configure the server anew. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CorsIT {
    private static final String POLICY = """
            rule ** anyone pull
            rule ** users pull push delete
            rule secret/** anyone none
            """;

    private static final String PASSWORD = "pass word";
    private static final String KEY = "registry.http.cors-origins";
    private static final String UI = "https://ui.example.org";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private static final Digest BLOB = Digest.of(Pages.BLOB);
    private static final Manifest IMAGE = Content.image(BLOB);

    /** What scripts may read without being told so (Fetch Standard, "CORS-safelisted response-header name"). */
    private static final Set<String> ALWAYS_READ = Set.of("cache-control", "content-length", "content-type");

    /** What browsers act on, and no script needs. */
    private static final Set<String> FOR_BROWSERS = Set.of(
            "connection", "date", "vary", "content-security-policy", "x-content-type-options", "transfer-encoding");

    private static Path work;
    private static Pages pages;
    private static ServerProcess server;
    private static Wire wire;
    private static Management management;
    private static String authorization;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("cors");
        pages = new Pages();
        authorization = Logins.basic("alice", PASSWORD);
        String hash = Md5Crypt.apr1Crypt(PASSWORD.getBytes(StandardCharsets.UTF_8));
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.auth.policy=" + Files.writeString(work.resolve("policy"), POLICY),
                "-Dregistry.auth.passwords=" + Files.writeString(work.resolve("htpasswd"), "alice:" + hash + "\n"),
                "-Dregistry.auth.max-failures=1000",
                "-Dregistry.cdn.url=" + pages.origin("127.0.0.1") + "/cdn",
                "-Dregistry.cdn.allow-http=true",
                "-Dregistry.cdn.probe=false",
                "-Dregistry.http.max-url-length=2000");
        management = server.management();
        wire = new Wire("127.0.0.1", server.port());
        try (RegistryClient registry = server.client()) {
            registry.pushImage("app", "latest", Pages.BLOB, authorization);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (pages != null) {
            pages.close();
        }
    }

    @Test
    @Order(1)
    void nothingIsSaidUnlessItIsConfigured() throws IOException {
        for (String target : List.of("/v2/", "/v2/app/manifests/latest", "/auth/token")) {
            Reply answer = wire.get(target, "Origin: " + UI);
            assertThat(cors(answer)).isEmpty();
            assertThat(answer.all("Vary")).isEqualTo(target.contains("latest") ? List.of("Accept") : List.of());
            assertThat(cors(preflight(target, UI))).isEmpty();
        }
        assertThat(preflight("/v2/", UI).status()).isEqualTo(401);
        assertThat(preflight("/auth/token", UI).status()).isEqualTo(200);
    }

    @Test
    @Order(2)
    void badConfigurationFailsTheDeploymentAndIsNamed() throws IOException {
        for (String bad : List.of("ui.example.org", UI + "," + UI + "/", "*," + UI)) {
            management.set(KEY, bad);
            assertThat(management.redeploy()).contains("failed", KEY);
        }
        allow(UI + ", " + pages.origin("localhost"));
    }

    /** Every kind of answer: what the script gets is the same, and it may read it. */
    @ParameterizedTest
    @Order(3)
    @CsvSource(nullValues = "-", textBlock = """
            -    , GET   , /v2/                             , 401
            alice, GET   , /v2/                             , 200
            -    , GET   , /v2                              , 401
            -    , GET   , /v2/app/manifests/latest         , 200
            -    , HEAD  , /v2/app/manifests/latest         , 200
            -    , GET   , /v2/app/manifests/none           , 404
            -    , GET   , /v2/app/tags/list?n=0            , 200
            -    , GET   , /v2/app/tags/list?n=x            , 400
            -    , GET   , /v2/app/referrers/{image}?artifactType=a/b, 200
            -    , GET   , /v2/app/blobs/{blob}             , 302
            -    , HEAD  , /v2/app/blobs/{blob}             , 200
            -    , GET   , /v2/secret/app/manifests/latest  , 401
            alice, GET   , /v2/secret/app/manifests/latest  , 403
            -    , GET   , /v2/_catalog                     , 401
            -    , POST  , /v2/app/blobs/uploads/           , 401
            alice, POST  , /v2/app/blobs/uploads/           , 202
            alice, PATCH , /v2/app/blobs/{blob}             , 405
            alice, DELETE, /v2/app/manifests/none           , 404
            -    , GET   , /v2/nothing                      , 404
            -    , GET   , /v2/NAME/tags/list               , 400
            -    , GET   , /v2/app//tags/list               , 400
            -    , GET   , /v2/?{long}                      , 414
            -    , TRACE , /v2/                             , 405
            -    , GET   , /auth/token                      , 200
            alice, GET   , /auth/token?scope=repository:app:pull, 200
            wrong, GET   , /auth/token                      , 401
            -    , GET   , /auth/token?service=another      , 400
            """)
    void scriptMayReadEachAnswer(String user, String method, String target, int status) throws IOException {
        String path = target.replace("{blob}", BLOB.toString())
                .replace("{image}", IMAGE.digest().toString())
                .replace("{long}", "x".repeat(2000));
        List<String> headers = new ArrayList<>();
        if (user != null) {
            headers.add("Authorization: " + (user.equals("alice") ? authorization : "Basic d3Jvbmc6d3Jvbmc="));
        }
        Reply plain = wire.send(method, path, headers);
        headers.add("Origin: " + UI);
        Reply allowed = wire.send(method, path, headers);
        headers.set(headers.size() - 1, "Origin: https://evil.test");
        Reply other = wire.send(method, path, headers);

        assertThat(List.of(plain.status(), allowed.status(), other.status())).containsOnly(status);
        assertThat(cors(plain)).isEmpty();
        assertThat(cors(other)).isEmpty();
        assertThat(allowed.header(ALLOW_ORIGIN)).isEqualTo(UI);
        assertThat(allowed.all("Access-Control-Allow-Credentials")).isEmpty();
        String vary = path.equals("/v2/app/manifests/latest") ? "Accept, Origin" : "Origin";
        for (Reply answer : List.of(plain, allowed, other)) {
            assertThat(answer.header("Vary")).isEqualTo(vary);
        }
        assertAllIsExposed(allowed);
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource({"/v2/", "/v2/app/manifests/latest", "/v2/secret/app/blobs/uploads/", "/v2/nothing", "/auth/token"})
    void preflightIsAnsweredToWhoHasShownNothing(String target) throws IOException {
        Reply answer = preflight(target, UI);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(UI);
        assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, POST, PUT, PATCH, DELETE");
        assertThat(answer.header("Access-Control-Allow-Headers")).contains("Authorization", "Accept", "Content-Type");
        assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("7200");
        assertThat(answer.header("Vary")).isEqualTo("Origin");
        assertThat(answer.header("X-Request-Id")).isEqualTo("a-preflight");
        assertThat(answer.all("WWW-Authenticate")).isEmpty();
    }

    @Test
    @Order(4)
    void preflightOfOthersIsAnOptionsAsAnyOther() throws IOException {
        Reply answer = preflight("/v2/", "https://evil.test");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(cors(answer)).isEmpty();

        Reply options = wire.send("OPTIONS", "/v2/", List.of("Origin: " + UI));
        assertThat(options.status()).as("no preflight").isEqualTo(401);
        assertThat(options.header(ALLOW_ORIGIN)).isEqualTo(UI);
    }

    @Test
    @Order(4)
    void preflightIsInTheLog() throws Exception {
        preflight("/v2/logged/tags/list", UI);

        // A line is written after the answer was sent
        Await.until(
                "the line of the preflight",
                Duration.ofSeconds(10),
                () -> Files.readString(server.log())
                        .lines()
                        .anyMatch(line -> line.contains("OPTIONS")
                                && line.contains("/v2/logged/tags/list")
                                && line.contains("204")));
    }

    @Test
    @Order(4)
    void notModifiedMayBeReadToo() throws IOException {
        Reply answer =
                wire.get("/v2/app/manifests/latest", "Origin: " + UI, "If-None-Match: \"" + IMAGE.digest() + "\"");

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(UI);
        assertThat(answer.header("Vary")).isEqualTo("Accept, Origin");
    }

    /** As a page that shows a registry does it, and pushes: in a real browser, which asks and hides what it is not told. */
    @Test
    @Order(5)
    @NeedsCommand({"chromium", "chromedriver"})
    void scriptInABrowserLogsInPullsAndPushes() throws Exception {
        ChromeDriver browser = Chromium.start(work);
        try {
            browser.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
            browser.get(pages.origin("localhost") + "/page");
            Object[] arguments = {
                "http://127.0.0.1:" + server.port(),
                authorization,
                new String(IMAGE.bytes(), StandardCharsets.UTF_8),
                BLOB.toString(),
                IMAGE.mediaType().value()
            };
            assertThat(browser.executeAsyncScript(SCRIPT, arguments))
                    .isEqualTo(Map.of(
                            "challenge", 401L,
                            "realm", "http://127.0.0.1:" + server.port() + "/auth/token",
                            "manifest", 200L,
                            "digest", IMAGE.digest().toString(),
                            "pushed", 201L,
                            "location", "/v2/app/manifests/" + IMAGE.digest(),
                            "mounted", 201L,
                            "missing", 404L,
                            "blob", new String(Pages.BLOB, StandardCharsets.UTF_8)));
            assertThat(pages.originsAtCdn())
                    .as("the browser does not tell, after a redirect")
                    .containsExactly("null");

            browser.get(pages.origin("127.0.0.1") + "/page");
            assertThat(browser.executeAsyncScript(SCRIPT, arguments)).asString().startsWith("TypeError");
        } finally {
            browser.quit();
        }
    }

    private static final String SCRIPT = """
            const [registry, password, image, blob, type, done] = arguments;
            async function run() {
                const found = {};
                const base = await fetch(registry + '/v2/');
                found.challenge = base.status;
                const challenge = base.headers.get('WWW-Authenticate');
                found.realm = challenge.match(/realm="([^"]*)"/)[1];
                const scopes = '?service=registry&scope=repository:app:pull,push&scope=repository:other:pull,push';
                const login = await fetch(found.realm + scopes, {headers: {Authorization: password}});
                const bearer = {Authorization: 'Bearer ' + (await login.json()).token};
                const manifest = await fetch(registry + '/v2/app/manifests/latest', {headers: {...bearer, Accept: type}});
                found.manifest = manifest.status;
                found.digest = manifest.headers.get('Docker-Content-Digest');
                const pushed = await fetch(registry + '/v2/app/manifests/next',
                    {method: 'PUT', body: image, headers: {...bearer, 'Content-Type': type}});
                found.pushed = pushed.status;
                found.location = pushed.headers.get('Location');
                const mounted = await fetch(registry + '/v2/other/blobs/uploads/?from=app&mount=' + blob,
                    {method: 'POST', headers: bearer});
                found.mounted = mounted.status;
                found.missing = (await fetch(registry + '/v2/app/manifests/none', {headers: bearer})).status;
                found.blob = await (await fetch(registry + '/v2/app/blobs/' + blob, {headers: bearer})).text();
                return found;
            }
            run().then(done, error => done(String(error)));
            """;

    @Test
    @Order(6)
    void starAnswersAllAlike() throws IOException {
        allow("*");
        for (String target : List.of("/v2/", "/v2/app/manifests/latest", "/auth/token", "/v2/app/blobs/" + BLOB)) {
            for (String origin : Arrays.asList(UI, "https://evil.test", "null", null)) {
                Reply answer = origin == null ? wire.get(target) : wire.get(target, "Origin: " + origin);
                assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo("*");
                assertThat(answer.all("Vary")).isEqualTo(target.contains("latest") ? List.of("Accept") : List.of());
                assertAllIsExposed(answer);
            }
            assertThat(preflight(target, "https://evil.test").status()).isEqualTo(204);
        }
    }

    private static void allow(String origins) throws IOException {
        management.set(KEY, origins);
        assertThat(management.redeploy()).contains("success");
    }

    private static void assertAllIsExposed(Reply answer) {
        List<String> exposed = List.of(answer.header("Access-Control-Expose-Headers")
                .toLowerCase(Locale.ROOT)
                .split(", "));
        assertThat(answer.headers().keySet().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .filter(name -> !name.startsWith("access-control-"))
                        .filter(name -> !ALWAYS_READ.contains(name) && !FOR_BROWSERS.contains(name)))
                .isSubsetOf(exposed);
    }

    private static List<String> cors(Reply answer) {
        return answer.headers().keySet().stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"))
                .toList();
    }

    private static Reply preflight(String target, String origin) throws IOException {
        return wire.send(
                "OPTIONS",
                target,
                List.of(
                        "Origin: " + origin,
                        "X-Request-Id: a-preflight",
                        "Access-Control-Request-Method: PUT",
                        "Access-Control-Request-Headers: authorization,content-type"));
    }
}
