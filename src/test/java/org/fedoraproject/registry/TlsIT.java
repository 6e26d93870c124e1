package org.fedoraproject.registry;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.DeployedRegistry;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.OciLayout.Entry;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.TestAuthority;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * HTTPS as {@code wildfly-config/tls.cli} configures it. The server started with a self-signed certificate; here it gets one
 * from a test CA while it runs, as an administrator would do it.
 */
@NeedsCommand("openssl")
class TlsIT extends DeployedRegistry {
    private static final String HOST = "localhost:18953";
    private static final URI BASE = URI.create("https://" + HOST);
    private static final URI PLAIN = URI.create("http://localhost:18951");

    private static Path work;
    private static TestAuthority authority;

    @BeforeAll
    static void renewTheCertificate() throws Exception {
        work = BuildDirectory.make("tls");
        authority = new TestAuthority(work.resolve("authority"));
        run(
                Path.of("ops/tls-keystore"),
                "--cert",
                authority.certificate().toString(),
                "--key",
                authority.key().toString(),
                BuildDirectory.serverBase().resolve("configuration/tls.p12").toString());
        run(
                BuildDirectory.server().resolve("bin/jboss-cli.sh"),
                "--connect",
                "--controller=localhost:19951",
                "--file=" + Path.of("wildfly-config/tls-reload.cli").toAbsolutePath());
    }

    @Test
    void takesUpARenewedCertificateWhileItRuns() throws Exception {
        try (RegistryClient registry = client(Version.HTTP_2)) {
            X509Certificate certificate = (X509Certificate)
                    registry.get("/v2/").sslSession().orElseThrow().getPeerCertificates()[0];
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
        Digest digest = Digest.of(content);
        try (RegistryClient registry = client(version)) {
            assertThat(registry.pushBlob("tls", content, digest).version()).isEqualTo(version);

            HttpResponse<byte[]> whole = registry.get("/v2/tls/blobs/" + digest);
            assertThat(whole.version()).isEqualTo(version);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(Digest.of(whole.body())).isEqualTo(digest);

            int first = 1_000_001;
            int last = 40_000_000;
            HttpResponse<byte[]> part =
                    registry.get("/v2/tls/blobs/" + digest, "Range", "bytes=%d-%d".formatted(first, last));
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(Arrays.equals(part.body(), Arrays.copyOfRange(content, first, last + 1)))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void manifestsArriveWhole(Version version) throws Exception {
        try (RegistryClient registry = client(version)) {
            Manifest manifest = Content.image(registry.pushBlob("tls", Content.bytes("{}")));
            registry.pushManifest("tls", version.name(), manifest);

            HttpResponse<byte[]> got = registry.get("/v2/tls/manifests/" + version);
            assertThat(got.version()).isEqualTo(version);
            assertThat(got.body()).isEqualTo(manifest.bytes());
        }
    }

    @Test
    @NeedsCommand("skopeo")
    void skopeoPushesAndPulls() throws Exception {
        ContainerTools tools = new ContainerTools(work);
        OciLayout layout = new OciLayout(work.resolve("layout"));
        Entry image = layout.image("amd64", "over TLS");
        String remote = "docker://" + HOST + "/tls/skopeo:1";

        tools.copy(layout.name("1", image), remote, "--dest-cert-dir=" + authority.certificates());
        tools.copy(remote, "oci:" + work.resolve("back:1"), "--src-cert-dir=" + authority.certificates());

        assertThat(tools.written()).isEqualTo(image.digest());
        OciLayout back = new OciLayout(work.resolve("back"));
        for (String blob : OciLayout.blobs(work.resolve("layout"))) {
            assertThat(back.bytes(Digest.parse("sha256:" + blob)))
                    .isEqualTo(layout.bytes(Digest.parse("sha256:" + blob)));
        }
    }

    /** RFC 6797, 7.2 */
    @Test
    void asksForStrictTransportOverTlsOnly() throws Exception {
        String header = "Strict-Transport-Security";
        try (RegistryClient tls = client(Version.HTTP_1_1);
                RegistryClient plain = new RegistryClient(PLAIN)) {
            assertThat(tls.get("/v2/").headers().firstValue(header)).hasValue("max-age=60");
            assertThat(plain.get("/v2/").headers().firstValue(header)).isEmpty();
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
                .parse(BuildDirectory.serverBase()
                        .resolve("configuration/standalone.xml")
                        .toFile())
                .getElementsByTagName(element)
                .item(0)
                .getAttributes();
        return IntStream.range(0, attributes.getLength())
                .mapToObj(attributes::item)
                .collect(toMap(Node::getNodeName, Node::getNodeValue));
    }

    private static RegistryClient client(Version version) throws Exception {
        return new RegistryClient(
                BASE,
                HttpClient.newBuilder()
                        .sslContext(authority.context())
                        .version(version)
                        .build());
    }

    /** What {@code openssl s_client} says of a handshake, successful or not. */
    private static String connect(String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                HOST,
                "-servername",
                "localhost",
                "-CAfile",
                authority.certificates().resolve("ca.crt").toString()));
        line.addAll(List.of(options));
        Command.Result result = new Command(work, Map.of(), line).attempt();
        return result.out() + result.err();
    }

    private static void run(Path program, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(program.toAbsolutePath().toString()));
        line.addAll(List.of(arguments));
        Map<String, String> environment =
                Map.of("JAVA_HOME", System.getProperty("java.home"), "REGISTRY_TLS_PASSWORD", "");
        new Command(work, environment, line).run();
    }
}
