package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Management;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Wire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Which requests are sent to the CDN, and which get what they asked for. The CDN itself is only a name here. Ordered, since the
 * later tests reconfigure the server.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CdnRedirectIT {
    private static final String CDN = "https://cdn.test:8443/registry";
    private static final String NAME = "fedora/fedora";

    private static final Digest BLOB = Digest.of(Content.bytes("blob"));
    private static final Digest BLOB_512 = Digest.of(Digest.Algorithm.SHA512, Content.bytes("blob"));
    private static final Digest ELSEWHERE = Digest.of(Content.bytes("of another repository"));
    private static final Digest UNKNOWN = Digest.of(Content.bytes("of none"));

    private static final String PATH = "/v2/" + NAME + "/blobs/" + BLOB;

    private static Path work;
    private static ServerProcess server;
    private static Wire wire;
    private static Management management;
    private static String upload;

    /**
     * A request and what becomes of it.
     *
     * @param location where it is redirected to; {@code null} where it is not
     */
    private record Row(String what, String method, String target, List<String> headers, int status, String location) {}

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("cdn-redirect");
        Path secret = Files.writeString(work.resolve("secret"), "open sesame\n");
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.cdn.url=" + CDN + "/",
                "-Dregistry.cdn.probe=false",
                "-Dregistry.cdn.networks=198.51.100.0/24,2001:db8:cd::/48",
                "-Dregistry.cdn.direct-networks=10.5.128.0/24, 2001:db8:b::/48",
                "-Dregistry.cdn.secret-header=X-Cdn-Secret",
                "-Dregistry.cdn.secret-file=" + secret,
                "-Dregistry.http.trusted-proxies=127.0.0.0/8,10.0.0.0/24");
        wire = new Wire("127.0.0.1", server.port());
        management = server.management();
        try (RegistryClient registry = server.client()) {
            byte[] blob = Content.bytes("blob");
            for (String name : List.of(NAME, "x/blobs/y", "blobs", "a/manifests/b", "a/uploads")) {
                registry.pushBlob(name, blob);
            }
            registry.pushBlob(NAME, blob, BLOB_512);
            registry.pushBlob("other", Content.bytes("of another repository"));
            registry.pushManifest(NAME, "latest", Content.image(BLOB, BLOB));
            upload = registry.startUpload(NAME);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Order(1)
    @TestFactory
    Stream<DynamicTest> whatIsAskedFor() {
        String digestAlone = BLOB.hex();
        return test(
                redirected("a blob", PATH),
                redirected("a blob by sha512", "/v2/" + NAME + "/blobs/" + BLOB_512),
                redirected("a colon that is encoded stays so", "/v2/" + NAME + "/blobs/sha256%3A" + digestAlone),
                redirected("in either case", "/v2/" + NAME + "/blobs/sha256%3a" + digestAlone),
                redirected("a repository with our words in its name", "/v2/x/blobs/y/blobs/" + BLOB),
                redirected("one that is called blobs", "/v2/blobs/blobs/" + BLOB),
                redirected("one with manifests in its name", "/v2/a/manifests/b/blobs/" + BLOB),
                redirected("one with uploads in its name", "/v2/a/uploads/blobs/" + BLOB),
                new Row("parameters stay behind", "GET", PATH + "?ns=docker.io", List.of(), 302, CDN + PATH),
                redirected("a range", PATH, "Range: bytes=1-2"),
                redirected("a condition", PATH, "If-None-Match: \"" + BLOB + "\""),
                redirected("whatever is accepted", PATH, "Accept: application/vnd.oci.image.manifest.v1+json"),
                answered("needless escapes in the name", "GET", PATH.replace("fedora/", "fedor%61/"), 200),
                answered("needless escapes in the digest", "GET", PATH.replace("sha256:", "sha%3256:"), 200),
                answered("a blob's head", "HEAD", PATH, 200),
                answered("a blob of another repository", "GET", "/v2/" + NAME + "/blobs/" + ELSEWHERE, 404),
                answered("an unknown blob", "GET", "/v2/" + NAME + "/blobs/" + UNKNOWN, 404),
                answered("an unknown repository", "GET", "/v2/none/blobs/" + BLOB, 404),
                answered("no repository's name", "GET", "/v2/NONE/blobs/" + BLOB, 400),
                answered("half a digest", "GET", "/v2/" + NAME + "/blobs/sha256:" + digestAlone.substring(1), 400),
                answered("a digest in capitals", "GET", PATH.toUpperCase(Locale.ROOT), 404),
                answered("no digest", "GET", "/v2/" + NAME + "/blobs/latest", 400),
                answered("a slash behind", "GET", PATH + "/", 200),
                answered("another prefix", "GET", PATH.replace("/v2/", "/v1/"), 404),
                answered("an upload's status", "GET", upload, 204),
                answered("an unknown upload", "GET", "/v2/" + NAME + "/blobs/uploads/" + BLOB, 404),
                answered("uploads", "GET", "/v2/" + NAME + "/blobs/uploads/", 405),
                answered("more for an upload", "PATCH", upload, 202),
                answered("an upload's end", "DELETE", upload, 204),
                answered("a blob's deletion", "DELETE", "/v2/" + NAME + "/blobs/" + UNKNOWN, 404),
                answered("PUT of a blob", "PUT", PATH, 405),
                answered("POST of a blob", "POST", PATH, 405),
                answered("PATCH of a blob", "PATCH", PATH, 405),
                answered("a manifest by tag", "GET", "/v2/" + NAME + "/manifests/latest", 200),
                answered("a manifest by digest", "GET", "/v2/" + NAME + "/manifests/" + manifest(), 200),
                answered("a blob as a manifest", "GET", "/v2/" + NAME + "/manifests/" + BLOB, 404),
                answered("referrers", "GET", "/v2/" + NAME + "/referrers/" + BLOB, 200),
                answered("tags", "GET", "/v2/" + NAME + "/tags/list", 200),
                answered("the catalog", "GET", "/v2/_catalog", 200),
                answered("the base", "GET", "/v2/", 200),
                answered("the root", "GET", "/", 200));
    }

    @Order(2)
    @TestFactory
    Stream<DynamicTest> whoAsks() {
        return test(callers("""
                200 | CDN77 by Via                                | Via: 1.1 cdn77
                200 | in any case                                 | Via: 2.0 CDN77-edge7
                200 | CloudFront by Via                           | Via: 1.1 abc.CloudFront.net (CloudFront)
                200 | in the second of several                    | Via: 1.1 proxy01.fedoraproject.org | Via: 1.1 cloudfront
                200 | in the first of several                     | Via: 1.1 cloudfront | Via: 1.1 proxy01.fedoraproject.org
                200 | in the middle of one                        | Via: 1.1 a, 1.1 cdn77, 1.1 b
                302 | another's Via                               | Via: 1.1 proxy01.fedoraproject.org
                302 | an empty Via                                | Via:
                302 | the marker in another header                | User-Agent: cdn77
                200 | the CDN by its secret                       | X-Cdn-Secret: open sesame
                200 | its header in any case                      | x-cdn-secret: open sesame
                302 | a wrong secret                              | X-Cdn-Secret: open sesam
                302 | more than the secret                        | X-Cdn-Secret: open sesame!
                302 | no secret                                   | X-Cdn-Secret:
                302 | the secret in another header                | X-Secret: open sesame
                200 | a direct host                               | Host: registry-no-cdn.fedoraproject.org
                200 | with a port, in capitals                    | Host: REGISTRY-NO-CDN.fedoraproject.org:5000
                200 | a direct host before a proxy of ours        | X-Forwarded-Host: registry-no-cdn.test
                302 | another host                                | Host: registry.fedoraproject.org
                302 | a host that only ends so                    | Host: my-registry-no-cdn.fedoraproject.org
                302 | half of a direct host                       | Host: registry-no-cdn
                200 | a network of the CDN                        | X-Forwarded-For: 198.51.100.7
                200 | one by IPv6                                 | X-Forwarded-For: 2001:db8:cd:1::7
                200 | a direct network                            | X-Forwarded-For: 10.5.128.255
                200 | one by IPv6                                 | X-Forwarded-For: 2001:db8:b::7
                200 | through a second proxy of ours              | X-Forwarded-For: 10.5.128.7, 10.0.0.7
                302 | beside the network                          | X-Forwarded-For: 10.5.129.0
                302 | beside one by IPv6                          | X-Forwarded-For: 2001:db8:c::7
                302 | a client that adds a network                | X-Forwarded-For: 10.5.128.7, 203.0.113.9
                302 | through a second proxy                      | X-Forwarded-For: 10.5.128.7, 203.0.113.9, 10.0.0.7
                302 | in a header of its own                      | X-Forwarded-For: 10.5.128.7 | X-Forwarded-For: 203.0.113.9
                302 | in the header that our proxies do not write | Forwarded: for=10.5.128.7
                """));
    }

    @Test
    @Order(3)
    void redirectIsKeptByNobody() throws IOException {
        Reply redirect = wire.get(PATH);

        assertThat(redirect.header("Cache-Control")).isEqualTo("no-store");
        assertThat(redirect.header("Content-Length")).isEqualTo("0");
        assertThat(redirect.header("Docker-Content-Digest")).isEqualTo(BLOB.toString());
        assertThat(redirect.header("Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
    }

    @Test
    @Order(3)
    void metricsCountWhatIsAnsweredHereByTheReason() throws Exception {
        int redirects = server.figure("registry_cdn_redirects_total");
        Map<String, Integer> before = fallbacks();

        wire.get(PATH);
        wire.get(PATH, "Via: 1.1 cdn77");
        wire.get(PATH, "X-Cdn-Secret: open sesame");
        wire.get(PATH, "Host: registry-no-cdn.fedoraproject.org");
        wire.get(PATH.replace("fedora/", "fedor%61/"));
        wire.send("HEAD", PATH, List.of());
        wire.get("/v2/" + NAME + "/manifests/latest");
        wire.get("/v2/" + NAME + "/blobs/" + UNKNOWN);
        management.set("registry.cdn.redirect", "false");
        wire.get(PATH);
        management.unset("registry.cdn.redirect");

        assertThat(server.figure("registry_cdn_redirects_total")).isEqualTo(redirects + 1);
        Map<String, Integer> after = fallbacks();
        after.replaceAll((reason, count) -> count - before.get(reason));
        assertThat(after)
                .isEqualTo(Map.of("cdn", 2, "client", 1, "path", 1, "switched_off", 1, "cdn_down", 0, "private", 0));
    }

    private static Map<String, Integer> fallbacks() throws Exception {
        Map<String, Integer> counts = new HashMap<>();
        for (DirectReason reason : DirectReason.values()) {
            String label = reason.name().toLowerCase(Locale.ROOT);
            counts.put(label, server.figure("registry_cdn_fallbacks_total", "reason=\"" + label + "\""));
        }
        return counts;
    }

    @Test
    @Order(4)
    void cdnGetsWhatItMayKeepForever() throws IOException {
        for (String range : new String[] {"bytes=0-1", "bytes=0-"}) {
            Reply fill = wire.get(PATH, "Via: 1.1 cdn77", "Range: " + range);
            assertThat(fill.status()).isEqualTo(206);
            assertThat(fill.header("Content-Range")).matches("bytes 0-[13]/4");
            assertKept(fill);
        }
        Reply fill = wire.get(PATH, "Via: 1.1 cdn77", "Accept-Encoding: gzip, zstd", "Accept: application/json");
        assertThat(fill.status()).isEqualTo(200);
        assertThat(fill.header("Content-Length")).isEqualTo("4");
        assertKept(fill);
    }

    @Test
    @Order(5)
    void cdnMustNotKeepAnError() throws IOException {
        for (String target : List.of(UNKNOWN.toString(), ELSEWHERE.toString(), "sha256:1", "uploads/" + BLOB)) {
            Reply error = wire.get("/v2/" + NAME + "/blobs/" + target, "Via: 1.1 cdn77");
            assertThat(error.status()).isIn(400, 404);
            assertThat(error.header("Cache-Control")).as(target).isEqualTo("no-store");
        }
    }

    @Test
    @Order(6)
    void switchTurnsRedirectsOffAndOnAtOnce() throws IOException {
        for (String off : new String[] {"false", "off", ""}) {
            management.set("registry.cdn.redirect", off);
            assertThat(wire.get(PATH).status()).as("switched to \"%s\"", off).isEqualTo(200);
        }
        management.set("registry.cdn.redirect", "true");
        assertThat(wire.get(PATH).status()).isEqualTo(302);
        management.set("registry.cdn.redirect", "false");
        management.unset("registry.cdn.redirect");
        assertThat(wire.get(PATH).status()).isEqualTo(302);
    }

    @Order(7)
    @TestFactory
    Stream<DynamicTest> whoAsksThroughProxiesThatWriteForwarded() throws IOException {
        management.set("registry.http.forwarded-header", "Forwarded");
        assertThat(management.redeploy()).contains("success");
        return test(callers("""
                200 | a direct network                            | Forwarded: for=10.5.128.7;proto=https
                200 | a network of the CDN by IPv6                | Forwarded: for="[2001:db8:cd::7]:47011"
                200 | a direct host                               | Forwarded: for=203.0.113.9;host="registry-no-cdn.test:443"
                200 | through a second proxy                      | Forwarded: for=10.5.128.7, for=10.0.0.7
                302 | a client that adds a network                | Forwarded: for=10.5.128.7, for=203.0.113.9
                302 | and an open quote                           | Forwarded: for=10.5.128.7;x=", for=203.0.113.9
                302 | an obfuscated client                        | Forwarded: for=_client
                302 | in the header that our proxies do not write | X-Forwarded-For: 10.5.128.7
                """));
    }

    @Order(8)
    @TestFactory
    Stream<DynamicTest> whoAsksThroughProxiesThatAreNotTrusted() throws IOException {
        management.set("registry.http.trusted-proxies", "192.0.2.1");
        assertThat(management.redeploy()).contains("success");
        List<Row> rows = new ArrayList<>();
        for (String header : List.of("Forwarded", "X-Forwarded-For")) {
            management.set("registry.http.forwarded-header", header);
            String client = header.equals("Forwarded") ? "for=" : "";
            rows.add(redirected("a direct network", PATH, header + ": " + client + "10.5.128.7"));
            rows.add(redirected("a network of the CDN", PATH, header + ": " + client + "198.51.100.7"));
        }
        rows.add(redirected("a direct host", PATH, "X-Forwarded-Host: registry-no-cdn.test"));
        rows.add(served("the CDN by Via, as before", "Via: 1.1 cdn77"));
        return test(rows.toArray(Row[]::new));
    }

    @Test
    @Order(9)
    void badConfigurationFailsTheDeploymentAndIsNamed() throws IOException {
        String secret = work.resolve("secret").toString();
        String[][] rows = {
            {"registry.cdn.url", "http://cdn.test", CDN},
            {"registry.cdn.networks", "10.0.0.x/8", "198.51.100.0/24"},
            {"registry.cdn.secret-file", "/none", secret},
            {"registry.cdn.signing", "rot13", "none"},
            {"registry.http.trusted-proxies", "proxy01", "127.0.0.1"}
        };
        for (String[] row : rows) {
            management.set(row[0], row[1]);
            assertThat(management.redeploy()).contains("failed", row[0], row[1]);
            management.set(row[0], row[2]);
        }
        assertThat(management.redeploy()).contains("success");
    }

    private static Digest manifest() {
        return Content.image(BLOB, BLOB).digest();
    }

    private static void assertKept(Reply fill) {
        assertThat(fill.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(fill.header("ETag")).isEqualTo("\"" + BLOB + "\"");
        assertThat(fill.header("Docker-Content-Digest")).isEqualTo(BLOB.toString());
        assertThat(fill.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(fill.header("Vary")).isNull();
        assertThat(fill.header("Content-Encoding")).isNull();
        assertThat(fill.header("Set-Cookie")).isNull();
    }

    private static Row redirected(String what, String path, String... headers) {
        return new Row(what, "GET", path, List.of(headers), 302, CDN + path);
    }

    private static Row answered(String what, String method, String target, int status) {
        return new Row(what, method, target, List.of(), status, null);
    }

    private static Row served(String what, String... headers) {
        return new Row(what, "GET", PATH, List.of(headers), 200, null);
    }

    /** Of lines with a status, who asks for the blob, and the request's headers. */
    private static Row[] callers(String table) {
        return table.lines()
                .map(line -> line.split(" *\\| "))
                .map(parts -> {
                    String[] headers = Arrays.copyOfRange(parts, 2, parts.length);
                    return parts[0].equals("302") ? redirected(parts[1], PATH, headers) : served(parts[1], headers);
                })
                .toArray(Row[]::new);
    }

    private static Stream<DynamicTest> test(Row... rows) {
        return Stream.of(rows)
                .map(row -> dynamicTest(
                        String.join(
                                " ", row.what() + ":", row.method(), row.target(), String.join(", ", row.headers())),
                        () -> verify(row)));
    }

    private static void verify(Row row) throws IOException {
        Reply answer = wire.send(row.method(), row.target(), row.headers());

        assertThat(answer.status()).as(answer.toString()).isEqualTo(row.status());
        boolean upload = row.status() == 202 || row.status() == 204;
        if (!upload) {
            assertThat(answer.header("Location")).isEqualTo(row.location());
        }
        if (row.status() >= 400 && row.method().equals("GET")) {
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        }
    }
}
