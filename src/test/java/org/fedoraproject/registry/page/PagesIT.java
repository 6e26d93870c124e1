package org.fedoraproject.registry.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import jakarta.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.page.PageBrowser.View;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pages for people, in a real browser. Its pictures are in {@code target/it/pages/pictures}. */
@NeedsCommand({"chromium", "chromedriver", "htpasswd"})
class PagesIT {
    private static final String POLICY = """
            base challenge
            rule @registry anyone catalog
            rule ** anyone pull push delete
            rule secret/** anyone none
            rule secret/** users all
            """;
    private static final String MARKUP = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>' &amp; {{7*7}}";
    private static final String LONG = String.join("/", "long-name-of-a-team", "x".repeat(120), "y".repeat(100), "app");
    private static final String IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final List<String> PLATFORMS = List.of(
            "linux/amd64", "linux/arm64", "linux/arm/v7", "linux/ppc64le", "linux/s390x", "linux/riscv64", "linux/386");

    /** Longer ones are not shown. */
    private static final int MOST_CONFIG = 1024 * 1024;

    private static Path work;
    private static ServerProcess server;
    private static RegistryClient client;
    private static PageBrowser browser;
    private static Digest amd64;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("pages");
        Path policy = Files.writeString(work.resolve("policy"), POLICY);
        Logins logins = new Logins(work.resolve("htpasswd"));
        logins.add("alice");
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.index.enabled=true",
                "-Dregistry.index.pause=PT1S",
                "-Dregistry.page.title=Fedora-Registry",
                "-Dregistry.auth.policy=" + policy,
                "-Dregistry.auth.passwords=" + logins);
        client = server.client();
        pushAll();
        browser = new PageBrowser(work);
        Await.until(
                "the index is there",
                Duration.ofSeconds(10),
                () -> text("/?q=secret", "alice").contains("secret/app"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static void pushAll() throws Exception {
        for (int i = 0; i < 120; i++) {
            client.pushImage("many/app-%03d".formatted(i), "latest", bytes("layer"), Logins.basic("alice"));
        }
        List<Digest> children = new ArrayList<>();
        for (String platform : PLATFORMS) {
            children.add(
                    push("fedora/httpd", platform.replace("/", "-").replace("linux", "43"), config(platform), "{}"));
        }
        amd64 = children.getFirst();
        String index = index(children);
        push("fedora/httpd", "latest", manifest(index));
        push("fedora/httpd", "43", manifest(index));
        for (int i = 0; i < 30; i++) {
            push("fedora/httpd", "42." + i, config("linux/amd64"), "{\"n\": \"" + i + "\"}");
        }
        Digest signature = refer("fedora/httpd", amd64, "application/vnd.dev.cosign.artifact.sig.v1+json", "s");
        Digest sbom = refer("fedora/httpd", amd64, "application/spdx+json", "b");
        refer("fedora/httpd", sbom, "application/vnd.dev.cosign.artifact.sig.v1+json", "t");
        refer("fedora/httpd", amd64, "application/vnd.in-toto+json", "a");
        assertThat(signature).isNotNull();
        push("fedora/httpd", "sha256-" + amd64.hex() + ".att", config("linux/amd64"), "{\"att\": \"1\"}");
        pushReadme();
        pushHelm();
        pushEvil();
        push(LONG, "t".repeat(128), config("linux/amd64"), "{}");
        pushLarge();
        client.pushImage("secret/app", "latest", bytes("secret"), Logins.basic("alice"));
    }

    private static String config(String platform) {
        String[] parts = platform.split("/");
        return """
                {"os": "%s", "architecture": "%s", "created": "2026-10-0%dT03:04:05Z", "author": "Fedora Project",
                 "config": {"Labels": {"org.opencontainers.image.description": "The Apache HTTP Server, as a small image.",
                   "org.opencontainers.image.source": "https://src.example.org/httpd",
                   "org.opencontainers.image.licenses": "Apache-2.0", "org.opencontainers.image.version": "2.4.66"},
                  "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LANG=C.UTF-8"],
                  "Entrypoint": ["/usr/bin/entrypoint"], "Cmd": ["httpd", "-DFOREGROUND"], "User": "1001",
                  "ExposedPorts": {"8080/tcp": {}, "8443/tcp": {}}, "WorkingDir": "/srv"},
                 "history": [{"created": "2026-10-01T03:04:05Z", "created_by": "ADD fedora.tar /", "comment": "base"},
                  {"created": "2026-10-01T03:05:05Z", "created_by": "RUN dnf install -y httpd && dnf clean all"},
                  {"created": "2026-10-01T03:05:06Z", "created_by": "EXPOSE 8080", "empty_layer": true}]}""".formatted(parts[0], parts[1], 1 + platform.length() % 9);
    }

    private static Digest push(String name, String tag, String config, String annotations) throws Exception {
        return push(name, tag, IMAGE_CONFIG, config, LAYER, "", annotations);
    }

    private static Digest push(
            String name,
            String tag,
            String configType,
            String config,
            String layerType,
            String layer,
            String annotations)
            throws Exception {
        Digest stored = client.pushBlob(name, bytes(config));
        String layers = IntStream.range(0, 2)
                .mapToObj(i -> descriptor(
                        layerType,
                        blob(name, layer.isEmpty() ? "layer " + i : layer),
                        layer.isEmpty() ? 31_415_926L * (i + 1) : layer.length()))
                .distinct()
                .collect(Collectors.joining(","));
        return push(name, tag, manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": %s,
                 "layers": [%s], "annotations": %s}""".formatted(
                        descriptor(configType, stored, config.length()), layers, annotations)));
    }

    private static Digest blob(String name, String text) {
        try {
            return client.pushBlob(name, bytes(text));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Digest push(String name, String tag, Manifest manifest) throws Exception {
        client.pushManifest(name, tag, manifest);
        return manifest.digest();
    }

    private static Manifest manifest(String json) {
        return Manifest.parse(bytes(json), Optional.empty());
    }

    private static String descriptor(String type, Digest digest, long size) {
        return "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d}".formatted(type, digest, size);
    }

    private static String index(List<Digest> children) {
        String manifests = IntStream.range(0, children.size())
                .mapToObj(i -> {
                    String[] platform = PLATFORMS.get(i % PLATFORMS.size()).split("/");
                    return """
                            {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "%s", "size": 724,
                             "platform": {"os": "%s", "architecture": "%s"%s}}""".formatted(
                                    children.get(i),
                                    platform[0],
                                    platform[1],
                                    platform.length > 2 ? ", \"variant\": \"" + platform[2] + "\"" : "");
                })
                .collect(Collectors.joining(","));
        return "{\"schemaVersion\": 2, \"mediaType\": \"application/vnd.oci.image.index.v1+json\", \"manifests\": ["
                + manifests + "]}";
    }

    private static Digest refer(String name, Digest subject, String type, String note) throws Exception {
        Manifest referrer = manifest(
                """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "artifactType": "%s",
                 "layers": [], "annotations": {"note": "%s"}, "subject": %s}""".formatted(type, note, descriptor("application/vnd.oci.image.manifest.v1+json", subject, 1)));
        return push(name, referrer.digest().toString(), referrer);
    }

    private static void pushReadme() throws Exception {
        String readme = "# Fedora httpd\n\nRun it:\n\n    podman run -p 8080:8080 httpd\n\n<script>alert(1)</script>\n";
        push("docs/readme", "latest", "application/vnd.oci.empty.v1+json", "{}", "text/markdown", readme, "{}");
    }

    private static void pushHelm() throws Exception {
        push(
                "charts/web",
                "1.2.3",
                Kinds.HELM,
                "{\"name\": \"web\"}",
                "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
                "chart",
                "{\"org.opencontainers.image.title\": \"web\", \"org.opencontainers.image.description\": \"A chart\"}");
    }

    private static void pushEvil() throws Exception {
        String evil = Json.createValue(MARKUP).toString();
        String config = """
                {"os": %1$s, "architecture": %1$s, "created": %1$s, "author": %1$s,
                 "config": {"Labels": {"a": %1$s, %1$s: "b", "org.opencontainers.image.url": "javascript:alert(1)",
                   "org.opencontainers.image.source": "https://a.test/%2$s", "org.flatpak.ref": %1$s},
                  "Env": [%1$s], "Entrypoint": [%1$s], "Cmd": [%1$s], "User": %1$s, "ExposedPorts": {%1$s: {}}},
                 "history": [{"created": %1$s, "created_by": %1$s, "comment": %1$s, "author": %1$s}]}""".formatted(evil, "\\\"><script>");
        push("evil/app", "latest", config, """
                {"org.opencontainers.image.title": %1$s, "org.opencontainers.image.description": %1$s,
                 "org.opencontainers.image.version": %1$s, %1$s: %1$s}""".formatted(evil));
    }

    private static void pushLarge() throws Exception {
        Digest child = push("large/app", "one", config("linux/amd64"), "{}");
        List<Digest> children = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            children.add(child);
        }
        Digest index = push("large/app", "index", manifest(index(children)));
        for (int i = 0; i < 1000; i++) {
            refer("large/app", index, "application/vnd.example.report.v1", "r" + i);
        }
        String texts = IntStream.range(0, 20_000)
                .mapToObj(i -> "\"org.example.a-%d\": \"%s\"".formatted(i, "v".repeat(150)))
                .collect(Collectors.joining(",", "{", "}"));
        push("large/app", "texts", config("linux/amd64"), texts);
        push("large/app", "config", largeConfig(MOST_CONFIG), "{}");
        push("large/app", "too-large-config", largeConfig(MOST_CONFIG + 1), "{}");
    }

    private static String largeConfig(int length) {
        String config = IntStream.range(0, 6000)
                .mapToObj(i -> "\"VARIABLE_%d=%s\"".formatted(i, "v".repeat(130)))
                .collect(Collectors.joining(
                        ",", "{\"os\": \"linux\", \"architecture\": \"s390x\", \"config\": {\"Env\": [", "]}}"));
        return config + " ".repeat(length - config.length());
    }

    private static Reply get(String target, String user) throws Exception {
        return Reply.of(
                user == null
                        ? client.get(target, "Accept", "text/html")
                        : client.get(target, "Accept", "text/html", "Authorization", Logins.basic(user)));
    }

    private static String text(String target, String user) throws Exception {
        return get(target, user).text();
    }

    /** A page and a word for its pictures. */
    private record Shot(String name, String target) {}

    private static List<Shot> pages() {
        return List.of(
                new Shot("home", "/"),
                new Shot("search", "/?q=httpd"),
                new Shot("nothing", "/?q=nothing-here"),
                new Shot("repository", "/r/fedora/httpd"),
                new Shot("short", "/r/charts/web"),
                new Shot("index", "/r/fedora/httpd:latest"),
                new Shot("image", "/r/fedora/httpd@" + amd64),
                new Shot("readme", "/r/docs/readme"),
                new Shot("evil", "/r/evil/app:latest"),
                new Shot("evil-repository", "/r/evil/app"),
                new Shot("long", "/r/" + LONG),
                new Shot("long-image", "/r/" + LONG + ":" + "t".repeat(128)),
                new Shot("large", "/r/large/app:index"),
                new Shot("large-texts", "/r/large/app:texts"),
                new Shot("missing", "/r/none/such"));
    }

    @Test
    void everyPageIsForEveryReader() throws Exception {
        List<String> found = new ArrayList<>();
        for (Shot page : pages()) {
            for (View view : View.some()) {
                String name = page.name() + "-" + view;
                browser.open("http://127.0.0.1:" + server.port() + page.target(), view);
                browser.picture(name);
                if (browser.overflow() > 0) {
                    found.add(name + ": wider than the window by " + browser.overflow());
                }
                assertThat(browser.count("h1")).as(name).isEqualTo(1);
                if (view.scripts()) {
                    browser.barriers().forEach(barrier -> found.add(name + ": " + barrier));
                }
                browser.complaints().forEach(complaint -> found.add(name + ": " + complaint));
            }
        }
        assertThat(found).isEmpty();

        browser.open("http://127.0.0.1:" + server.port() + "/", new View(false, 1280, true));
        browser.script("document.querySelector('label').remove(); document.querySelector('#q').placeholder = ''");
        assertThat(browser.barriers()).anyMatch(barrier -> barrier.startsWith("label: "));
    }

    @Test
    void htmlIsValid() throws Exception {
        Path directory = Files.createDirectories(work.resolve("html"));
        List<Path> files = new ArrayList<>();
        for (Shot page : pages()) {
            files.add(Files.write(
                    directory.resolve(page.name() + ".html"),
                    get(page.target(), null).body()));
        }
        assertThat(HtmlValidator.errors(files)).isEmpty();
        Path bad = Files.writeString(directory.resolve("bad.html"), "<!DOCTYPE html><title>x</title><p><li>");
        assertThat(HtmlValidator.errors(List.of(bad))).isNotEmpty();
    }

    @Test
    void markupOfOthersIsTextEverywhere() throws Exception {
        for (String target : List.of(
                "/r/evil/app:latest",
                "/r/evil/app",
                "/r/docs/readme",
                "/r/docs/readme:latest",
                "/?q=" + Hrefs.escape(MARKUP),
                "/?last=" + Hrefs.escape(MARKUP),
                "/r/evil/app?last=" + Hrefs.escape(MARKUP) + "&sort=" + Hrefs.escape(MARKUP))) {
            Reply page = get(target, null);
            assertThat(page.status()).as(target).isEqualTo(200);
            assertThat(page.text())
                    .as(target)
                    .doesNotContain("<script>", "<img src=x", "\"javascript:", "href=\"https://a.test/\"")
                    .doesNotContain("flatpak install");
        }
        assertThat(text("/r/evil/app:latest", null)).contains("&lt;script&gt;alert");
        assertThat(get("/r/x:" + "%3Cscript%3E", null).text()).doesNotContain("<script>");
    }

    @Test
    void readerIsShownWhatIsThere() throws Exception {
        String home = text("/", null);
        assertThat(home).contains("Fedora-Registry", "podman pull", "fedora/httpd", "40 tags");
        String second = text("/?q=many&last=many/app-049", null);
        assertThat(second).contains("many/app-050", "many/app-099", "First page", "Next page");
        String repository = text("/r/fedora/httpd", null);
        assertThat(repository).contains("The Apache HTTP Server", "https://src.example.org/httpd", "newest first");
        String image = text("/r/fedora/httpd@" + amd64, null);
        assertThat(image)
                .contains("linux/amd64", "Signature", "SBOM", "Attestation", "dnf install -y httpd", "8443/tcp")
                .contains("podman pull --tls-verify=false 127.0.0.1:" + server.port() + "/fedora/httpd@" + amd64)
                .contains("94.2 MB");
        assertThat(text("/r/charts/web:1.2.3", null)).contains("helm pull --plain-http oci://", "--version 1.2.3");
        assertThat(text("/r/docs/readme", null)).contains("# Fedora httpd");
        String large = text("/r/large/app:index", null);
        assertThat(large)
                .contains("800 more are not shown", "There are more.", "Only the first 50 have their size here");
        assertThat(large.split("application/vnd.example.report.v1", -1)).hasSize(50 + 1);
        assertThat(large.split("94.2 MB", -1)).hasSize(50 + 1);
        assertThat(text("/r/fedora/httpd:latest", null)).contains("94.2 MB").doesNotContain("724 bytes");
    }

    @Test
    void configThatIsTooLongIsNotShownAndThePageSaysSo() throws Exception {
        String note = "The config is not shown";
        String shown = text("/r/large/app:config", null);
        String left = text("/r/large/app:too-large-config", null);

        assertThat(shown).contains("linux/s390x", "VARIABLE_99=", "5900 more").doesNotContain(note, "VARIABLE_100=");
        assertThat(left).contains(note, "62.8 MB").doesNotContain("s390x", "VARIABLE_1=");
        assertThat(shown.length()).isLessThan(100_000);
        assertThat(text("/r/fedora/httpd@" + amd64, null)).doesNotContain(note);
        assertThat(text("/r/charts/web:1.2.3", null)).doesNotContain(note);
    }

    @Test
    void pageThatMayNotBeSeenIsOneThatDoesNotExist() throws Exception {
        for (String rest : List.of("app", "app:latest", "app@" + amd64)) {
            Reply hidden = get("/r/secret/" + rest, null);
            Reply missing = get("/r/secret/" + rest.replace("app", "none"), null);
            assertThat(hidden.status()).isEqualTo(404);
            assertThat(hidden.text()).isEqualTo(missing.text());
            assertThat(hidden.headers().keySet()).isEqualTo(missing.headers().keySet());
        }
        assertThat(text("/?q=secret", null)).doesNotContain("secret/app");
        assertThat(text("/r/secret/app", "alice")).contains("Signed in as", "alice", "latest");
        assertThat(text("/?q=secret", "alice")).contains("secret/app");
        Reply wrong = get("/r/secret/app", "mallory");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.text()).contains("Your credentials were not accepted");
    }

    @Test
    void commandIsCopied() {
        browser.open("http://127.0.0.1:" + server.port() + "/", new View(false, 1280, true));
        browser.driver()
                .executeCdpCommand(
                        "Browser.grantPermissions",
                        java.util.Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        browser.script("document.querySelector('[data-copy]').click()");
        Await.until(
                "it says so",
                Duration.ofSeconds(5),
                () -> browser.text("[data-copy]").equals("Copied"));
        browser.open("http://127.0.0.1:" + server.port() + "/", new View(false, 1280, false));
        assertThat(browser.driver().findElements(org.openqa.selenium.By.cssSelector("[data-copy]")))
                .noneMatch(org.openqa.selenium.WebElement::isDisplayed);
    }

    @Test
    void answersAreBounded() throws Exception {
        for (Shot page : pages()) {
            assertThat(get(page.target(), null).body().length).as(page.name()).isLessThan(400_000);
        }
        assertThat(new String(get("/r/large/app:texts", null).body(), UTF_8)).contains("19900 more");
    }
}
