package org.fedoraproject.registry;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.xml.parsers.DocumentBuilderFactory;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Content;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * HTTPS as {@code wildfly-config/tls.cli} configures it. The server started with a self-signed certificate; here it gets one
 * from a test CA while it runs, as an administrator would do it.
 */
@ArquillianTest
@RunAsClient
class TlsIT {
    private static final String HOST = "localhost:18953";
    private static final URI BASE = URI.create("https://" + HOST);
    private static final URI PLAIN = URI.create("http://localhost:18951");
    private static final Path SERVER = Path.of(System.getProperty("it.base"));

    @TempDir
    static Path dir;

    /** What clients are given as a directory of certificates to trust. */
    private static Path trusted;

    private static SSLContext context;

    @Deployment(testable = false)
    static WebArchive registry() {
        return ShrinkWrap.createFromZipFile(WebArchive.class, new File(System.getProperty("registry.war")));
    }

    @BeforeAll
    static void renewTheCertificate() throws Exception {
        assumeInstalled("openssl");
        trusted = Files.createDirectory(dir.resolve("trusted"));
        Path names = Files.writeString(dir.resolve("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
        String key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        run("openssl req -x509 %s -keyout ca.key -out trusted/ca.crt -subj /CN=ca -days 2".formatted(key));
        run("openssl req %s -keyout key.pem -out request -subj /CN=registry".formatted(key));
        run(
                "openssl x509 -req -in request -CA trusted/ca.crt -CAkey ca.key -CAcreateserial -out cert.pem -days 2 -extfile "
                        + names);

        Path ops = Path.of("ops/tls-keystore").toAbsolutePath();
        run("%s --cert cert.pem --key key.pem %s/configuration/tls.p12".formatted(ops, SERVER));
        Path script = Path.of("wildfly-config/tls-reload.cli").toAbsolutePath();
        run("%s/bin/jboss-cli.sh --connect --controller=localhost:19951 --file=%s"
                .formatted(System.getProperty("jboss.home"), script));
        context = trusting(trusted.resolve("ca.crt"));
    }

    @Test
    void takesUpARenewedCertificateWhileItRuns() throws Exception {
        try (HttpClient client = client(Version.HTTP_2)) {
            HttpResponse<Void> response = client.send(get("/v2/").build(), BodyHandlers.discarding());

            X509Certificate certificate =
                    (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
            assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=registry");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    void refusesOldVersions(String version) throws Exception {
        assertThat(connect(version, "-cipher", "ALL:@SECLEVEL=0")).contains("alert protocol version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void takesCurrentVersions(String version) throws Exception {
        assertThat(connect(version, "-verify_return_error"))
                .contains("New, " + version.replace("-tls1_", "TLSv1."), "Verification: OK");
    }

    /** Without forward secrecy, without AEAD, without encryption, without authentication. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AES128-GCM-SHA256",
                "ECDHE-ECDSA-AES128-SHA",
                "ECDHE-ECDSA-AES256-SHA384",
                "ECDHE-ECDSA-NULL-SHA",
                "AECDH-AES128-SHA"
            })
    void refusesWeakCiphers(String cipher) throws Exception {
        assertThat(connect("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0")).contains("alert handshake failure");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"
            })
    void takesStrongCiphers(String cipher) throws Exception {
        assertThat(connect("-tls1_2", "-cipher", cipher)).contains("Cipher is " + cipher);
    }

    @Test
    void negotiatesHttp2() throws Exception {
        assertThat(connect("-alpn", "h2,http/1.1")).contains("ALPN protocol: h2");
        assertThat(connect("-alpn", "http/1.1")).contains("ALPN protocol: http/1.1");
    }

    /** 64 MiB: through buffers of every size, and past HTTP/2's windows. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void blobsArriveWhole(Version version) throws Exception {
        byte[] content = Content.random(64 << 20);
        try (HttpClient client = client(version)) {
            Digest digest = push(client, version, content);

            HttpResponse<byte[]> whole =
                    client.send(get("/v2/tls/blobs/" + digest).build(), BodyHandlers.ofByteArray());
            assertThat(whole.version()).isEqualTo(version);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(Digest.of(whole.body())).isEqualTo(digest);

            int first = 1_000_001;
            int last = 40_000_000;
            HttpResponse<byte[]> part = client.send(
                    get("/v2/tls/blobs/" + digest)
                            .header("Range", "bytes=%d-%d".formatted(first, last))
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(Arrays.equals(part.body(), Arrays.copyOfRange(content, first, last + 1)))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void manifestsArriveWhole(Version version) throws Exception {
        try (HttpClient client = client(version)) {
            Digest config = push(client, version, Content.bytes("{}"));
            Manifest manifest = Content.image(config);
            HttpResponse<Void> put = client.send(
                    get("/v2/tls/manifests/" + version)
                            .header("Content-Type", manifest.mediaType().value())
                            .PUT(BodyPublishers.ofByteArray(manifest.bytes()))
                            .build(),
                    BodyHandlers.discarding());
            assertThat(put.statusCode()).isEqualTo(201);

            HttpResponse<byte[]> got =
                    client.send(get("/v2/tls/manifests/" + version).build(), BodyHandlers.ofByteArray());
            assertThat(got.version()).isEqualTo(version);
            assertThat(got.body()).isEqualTo(manifest.bytes());
        }
    }

    @Test
    void skopeoPushesAndPulls() throws Exception {
        assumeInstalled("skopeo");
        byte[] config = Content.bytes("{}");
        byte[] layer = Content.random(5_000_000);
        Manifest manifest =
                Content.manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": %d},
                 "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": %d}]}""".formatted(Digest.of(config), config.length, Digest.of(layer), layer.length));
        Path image = Files.createDirectory(dir.resolve("image"));
        Files.writeString(image.resolve("version"), "Directory Transport Version: 1.1\n");
        Files.write(image.resolve("manifest.json"), manifest.bytes());
        Files.write(image.resolve(Digest.of(config).hex()), config);
        Files.write(image.resolve(Digest.of(layer).hex()), layer);

        String remote = "docker://%s/tls/skopeo:1".formatted(HOST);
        run("skopeo --insecure-policy copy --preserve-digests --dest-cert-dir=%s dir:%s %s"
                .formatted(trusted, image, remote));
        run("skopeo --insecure-policy copy --src-cert-dir=%s %s dir:%s"
                .formatted(trusted, remote, dir.resolve("back")));

        assertThat(dir.resolve("back").resolve(Digest.of(layer).hex())).hasBinaryContent(layer);
        assertThat(dir.resolve("back/manifest.json")).hasBinaryContent(manifest.bytes());
    }

    /** RFC 6797, 7.2 */
    @Test
    void asksForStrictTransportOverTlsOnly() throws Exception {
        try (HttpClient client = client(Version.HTTP_1_1)) {
            String header = "Strict-Transport-Security";
            HttpRequest plain = HttpRequest.newBuilder(PLAIN.resolve("/v2/")).build();

            assertThat(client.send(get("/v2/").build(), BodyHandlers.discarding())
                            .headers()
                            .firstValue(header))
                    .hasValue("max-age=60");
            assertThat(client.send(plain, BodyHandlers.discarding()).headers().firstValue(header))
                    .isEmpty();
        }
    }

    @Test
    void listenersDifferInTlsOnly() throws Exception {
        Map<String, String> http = listener("http-listener");
        Map<String, String> https = listener("https-listener");
        assertThat(http).containsKeys("decode-url", "max-post-size", "read-timeout");

        http.keySet().removeAll(Set.of("name", "socket-binding", "enabled", "redirect-socket", "enable-http2"));
        https.keySet()
                .removeAll(Set.of(
                        "name",
                        "socket-binding",
                        "enabled",
                        "ssl-context",
                        "enable-http2",
                        "http2-max-concurrent-streams"));
        assertThat(https).isEqualTo(http);
    }

    private static Map<String, String> listener(String element) throws Exception {
        NamedNodeMap attributes = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(SERVER.resolve("configuration/standalone.xml").toFile())
                .getElementsByTagName(element)
                .item(0)
                .getAttributes();
        return IntStream.range(0, attributes.getLength())
                .mapToObj(attributes::item)
                .collect(toMap(Node::getNodeName, Node::getNodeValue));
    }

    /** Uploads a blob as end-4a and end-6 have it. */
    private static Digest push(HttpClient client, Version version, byte[] content) throws Exception {
        Digest digest = Digest.of(content);
        HttpResponse<Void> started = client.send(
                get("/v2/tls/blobs/uploads/").POST(BodyPublishers.noBody()).build(), BodyHandlers.discarding());
        String location = started.headers().firstValue("Location").orElseThrow();
        URI upload = started.uri().resolve(location + (location.contains("?") ? "&" : "?") + "digest=" + digest);

        HttpResponse<Void> put = client.send(
                HttpRequest.newBuilder(upload)
                        .PUT(BodyPublishers.ofByteArray(content))
                        .build(),
                BodyHandlers.discarding());
        assertThat(put.version()).isEqualTo(version);
        assertThat(put.statusCode()).isEqualTo(201);
        return digest;
    }

    private static HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(BASE.resolve(path));
    }

    private static HttpClient client(Version version) {
        return HttpClient.newBuilder().sslContext(context).version(version).build();
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    /** What {@code openssl s_client} says of a handshake, successful or not. */
    private static String connect(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "openssl", "s_client", "-connect", HOST, "-servername", "localhost", "-CAfile", "trusted/ca.crt"));
        command.addAll(List.of(options));
        return output(start(command));
    }

    private static void run(String command) throws Exception {
        Process process = start(List.of(command.split(" ")));
        String output = output(process);
        assertThat(process.waitFor()).as(command + ": " + output).isZero();
    }

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("REGISTRY_TLS_PASSWORD");
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void assumeInstalled(String client) {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, client)));
        assumeTrue(installed || "true".equals(System.getenv("CI")), client + " is not installed");
    }
}
