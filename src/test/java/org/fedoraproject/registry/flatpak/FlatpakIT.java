package org.fedoraproject.registry.flatpak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TestAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The index of Flatpaks over TLS, and the real client that installs from it. */
@NeedsCommand({"flatpak", "skopeo", "openssl", "unshare", "dbus-run-session"})
@Timeout(300)
class FlatpakIT {
    private static final String REF = "org.example.Platform/x86_64/stable";
    private static final String QUERY = "?label:org.flatpak.ref:exists=1&architecture=amd64&os=linux&tag=latest";
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3};

    /** Where curl looks for certificates on Debian. */
    private static final String BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

    private static final Duration SOON = Duration.ofSeconds(10);

    private static Path work;
    private static TestAuthority authority;
    private static ServerProcess server;
    private static RegistryClient plain;
    private static RegistryClient registry;
    private static int tlsPort;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("flatpak");
        authority = new TestAuthority(work.resolve("authority"));
        Path keyStore = authority.keyStore(work.resolve("tls.p12"));
        Path policy = Files.writeString(
                work.resolve("policy"), "rule ** anyone pull push delete\nrule secret/** anonymous push\n");
        tlsPort = Ports.free();
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.index.enabled=true",
                "-Dregistry.flatpak.enabled=true",
                "-Dregistry.flatpak.max-age=PT0S",
                "-Dregistry.auth.policy=" + policy,
                "-Dregistry.tls.enabled=true",
                "-Djboss.https.port=" + tlsPort,
                "-Dregistry.tls.key-store=" + keyStore);
        plain = server.client();
        registry = new RegistryClient(
                URI.create("https://localhost:" + tlsPort),
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(authority.context())
                        .build());
        Await.until("the index is there", SOON, () -> get("/index/static").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            plain.close();
            registry.close();
        }
    }

    @Test
    void clientInstallsAndUpdatesFromTheIndex() throws Exception {
        push("first");
        Await.until(
                "it is in the index",
                SOON,
                () -> get("/index/static" + QUERY).text().contains("example/platform"));

        flatpak("remote-add", "test", "oci+https://localhost:" + tlsPort);
        assertThat(flatpak("remote-ls", "test", "--columns=ref")).contains("runtime/" + REF);
        flatpak("install", "-y", "--noninteractive", "test", "runtime/" + REF);
        assertThat(installed()).hasContent("first");

        String before = get("/index/static" + QUERY).header("ETag");
        push("second");
        Await.until(
                "it is in the index",
                SOON,
                () -> !get("/index/static" + QUERY).header("ETag").equals(before));
        flatpak("update", "-y", "--noninteractive");
        assertThat(installed()).hasContent("second");
    }

    private static Path installed() {
        return work.resolve("home/data/flatpak/runtime/" + REF + "/active/files/content");
    }

    private static void push(String content) throws Exception {
        Path build = Files.createDirectories(work.resolve("build-" + content));
        Files.writeString(build.resolve("metadata"), """
                [Runtime]
                name=org.example.Platform
                runtime=%s
                sdk=%s
                """.formatted(REF, REF));
        Files.writeString(Files.createDirectories(build.resolve("usr")).resolve("content"), content);
        String repository = work.resolve("repository").toString();
        String bundle = work.resolve("bundle-" + content).toString();
        run("flatpak", "build-export", "--runtime", "--files=usr", repository, build.toString(), "stable");
        run("flatpak", "build-bundle", "--runtime", "--oci", repository, bundle, "org.example.Platform", "stable");
        new ContainerTools(work, plain.authority())
                .copy("oci:" + bundle, "docker://" + plain.authority() + "/example/platform:latest");
    }

    /** Trusts the test's authority in a mount name space of its own. */
    private static String flatpak(String... arguments) throws Exception {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        List<String> line = new ArrayList<>(List.of(
                "unshare",
                isRoot ? "-m" : "-rm",
                "sh",
                "-c",
                "mount --bind \"$0\" " + BUNDLE + " && exec dbus-run-session -- flatpak --user \"$@\"",
                authority.certificates().resolve("ca.crt").toString()));
        line.addAll(List.of(arguments));
        return run(line.toArray(String[]::new));
    }

    private static String run(String... line) throws Exception {
        Path home = Files.createDirectories(work.resolve("home"));
        return new Command(
                        work,
                        Map.of(
                                "HOME", home.toString(),
                                "XDG_DATA_HOME", home.resolve("data").toString(),
                                "XDG_CACHE_HOME", home.resolve("cache").toString(),
                                "LC_ALL", "C.UTF-8"),
                        List.of(line))
                .run();
    }

    @Test
    void cachesMayKeepTheStaticIndexAndIcons() throws Exception {
        pushWithIcon("icons/app");
        Await.until(
                "it is in the index",
                SOON,
                () -> get("/index/static?repository=icons/app").text().contains("icons/app"));

        Reply index = get("/index/static?repository=icons/app");
        assertThat(index.header("Cache-Control")).isEqualTo("public, max-age=0");
        assertThat(index.header("Vary")).isEqualTo("Accept-Encoding");
        assertThat(get("/index/static?repository=icons/app", "If-None-Match", index.header("ETag"))
                        .status())
                .isEqualTo(304);
        assertThat(index.json().getString("Registry")).isEqualTo("https://localhost:" + tlsPort + "/");

        Reply zipped = get("/index/static?repository=icons/app", "Accept-Encoding", "gzip");
        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(in.readAllBytes()).isEqualTo(index.body());
        }

        String path = index.json()
                .getJsonArray("Results")
                .getJsonObject(0)
                .getJsonArray("Images")
                .getJsonObject(0)
                .getJsonObject("Labels")
                .getString("org.freedesktop.appstream.icon-128");
        Reply icon = get(path);
        assertThat(icon.body()).isEqualTo(PNG);
        assertThat(icon.header("Content-Type")).isEqualTo("image/png");
        assertThat(icon.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(get(path, "If-None-Match", icon.header("ETag")).status()).isEqualTo(304);
        assertThat(get("/app-icons/sha256/" + "0".repeat(64) + ".png").status()).isEqualTo(404);
        assertThat(get("/app-icons/sha256/x.png").status()).isEqualTo(400);
    }

    @Test
    void neitherIndexHasWhatMayNotBePulled() throws Exception {
        pushWithIcon("secret/app");
        pushWithIcon("open/app");
        Await.until(
                "the later one is in the index",
                SOON,
                () -> get("/index/dynamic").text().contains("open/app"));

        assertThat(get("/index/dynamic").text()).doesNotContain("secret/app");
        assertThat(get("/index/dynamic").header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(get("/index/static").text()).doesNotContain("secret/app");
        assertThat(get("/index/static?x=1").status()).isEqualTo(400);
        assertThat(get("/index/other").status()).isEqualTo(404);
    }

    private static void pushWithIcon(String name) throws Exception {
        byte[] config = Content.bytes("""
                {"os": "linux", "architecture": "amd64", "config": {"Labels": {"org.flatpak.ref": "app/%s/x86_64/stable",
                 "org.freedesktop.appstream.icon-128": "data:image/png;base64,%s"}}}""".formatted(name, Base64.getEncoder().encodeToString(PNG)));
        Digest digest = plain.pushBlob(name, config);
        Manifest image = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [],
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": %d}}""".formatted(digest, config.length));
        plain.pushManifest(name, "1", image);
    }

    private static Reply get(String target, String... headers) throws Exception {
        return Reply.of(registry.get(target, headers));
    }
}
