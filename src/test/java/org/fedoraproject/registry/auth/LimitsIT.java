package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Wire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The limits, each with its answer and its figure. The test is a proxy, so that each test may have an address of its own. */
class LimitsIT {
    private static final String POLICY = """
            base open
            rule ** anyone pull push
            rule secret anyone none
            """;

    private static final Duration SOON = Duration.ofSeconds(30);

    private static ServerProcess server;
    private static Wire wire;

    @BeforeAll
    static void start() throws Exception {
        Path work = BuildDirectory.make("limits");
        Path root = work.resolve("root");
        server = new ServerProcess(
                work.resolve("server"),
                root,
                "-Dregistry.auth.policy=" + Files.writeString(work.resolve("policy"), POLICY),
                "-Dregistry.auth.passwords=" + Files.writeString(work.resolve("htpasswd"), Htpasswd.of("alice")),
                "-Dregistry.auth.token-keys=" + Files.createDirectory(work.resolve("keys")),
                "-Dregistry.http.trusted-proxies=127.0.0.1",
                "-Dregistry.http.max-requests=200",
                "-Dregistry.http.request-window=PT50M",
                "-Dregistry.http.max-requests-at-once=8",
                "-Dregistry.http.max-uploads=2",
                "-Dregistry.http.body-patience=PT2S",
                "-Dregistry.http.head-timeout=2000",
                "-Dregistry.http.max-url-length=2000",
                "-Dregistry.http.max-header-size=3000");
        wire = new Wire("127.0.0.1", server.port());
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void requestsBeyondTheRateAreRefused() throws Exception {
        Reply refused = exhaust("/v2/", "192.0.2.1");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 15);
        assertThat(refused.text()).contains("\"code\":\"TOOMANYREQUESTS\"");
        assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
        assertThat(get("/auth/token", "192.0.2.1").status()).isEqualTo(429);
        assertThat(get("/v2/", "192.0.2.2").status()).as("another").isEqualTo(200);

        String alice = "Authorization: " + Htpasswd.basic("alice");
        assertThat(get("/v2/", "192.0.2.1", alice).status())
                .as("a user, at that address")
                .isEqualTo(200);
        for (int i = 0; i < 199; i++) {
            get("/v2/", "198.51.100." + i, alice);
        }
        assertThat(get("/v2/", "192.0.2.99", alice).status()).as("the user").isEqualTo(429);
        assertThat(refusals("requests")).isPositive();
    }

    /** Or whoever has no password could ask as often as they like. */
    @Test
    void requestsThatAreRefusedCountAsWell() throws Exception {
        assertThat(get("/v2/secret/tags/list", "192.0.2.3").status()).isEqualTo(401);
        exhaust("/v2/secret/tags/list", "192.0.2.3");
    }

    /** Of the address that the trusted proxy tells. */
    @Test
    void requestsAtOnceAreLimited() throws Exception {
        Await.until("one too many", SOON, () -> {
            List<Socket> forms = new ArrayList<>();
            try {
                for (int i = 0; i < 8; i++) {
                    forms.add(wire.connect(head("POST /auth/token", "192.0.2.12", 100)));
                }
                Reply refused = get("/nothing", "192.0.2.12");
                return refused.status() == 429
                        && refused.text().contains("at most 8 requests of an address at once")
                        && get("/v2/", "192.0.2.13").status() == 200;
            } finally { // the server would end them before long
                for (Socket form : forms) {
                    form.close();
                }
            }
        });
        assertThat(refusals("at_once")).isPositive();
        Await.until("the end of them", SOON, () -> get("/v2/", "192.0.2.12").status() == 200);
    }

    @Test
    void uploadsAtOnceAreLimited() throws Exception {
        List<Socket> uploads = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                int before = underWay();
                uploads.add(wire.connect(upload("192.0.2.4")));
                Await.until("it has begun", SOON, () -> underWay() > before);
            }
            Reply refused = post("192.0.2.4");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(refused.text()).contains("\"code\":\"TOOMANYREQUESTS\"");
            assertThat(post("192.0.2.5").status()).as("another").isEqualTo(202);
            assertThat(get("/v2/", "192.0.2.4").status()).as("no upload").isEqualTo(200);
        } finally {
            for (Socket upload : uploads) {
                upload.close();
            }
        }
        Await.until("the end of them", SOON, () -> post("192.0.2.4").status() == 202);
        assertThat(refusals("uploads")).isPositive();
    }

    @Test
    void bodyThatTricklesIsEnded() throws Exception {
        try (Socket upload = wire.connect(upload("192.0.2.6"))) {
            Await.until("the end of a slow body", SOON, () -> {
                if (upload.getInputStream().available() > 0) {
                    return true;
                }
                Thread.sleep(200);
                upload.getOutputStream().write('x');
                return false;
            });
            Reply ended = Wire.read(upload.getInputStream(), false);
            assertThat(ended.status()).isEqualTo(400);
            assertThat(ended.text()).contains("BLOB_UPLOAD_INVALID");
        }
        assertThat(refusals("pace")).isEqualTo(1);
    }

    /** Undertow says nothing there, and has no figure. */
    @Test
    void headThatTricklesIsEnded() throws Exception {
        try (Socket socket = wire.connect("GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Slow: ")) {
            socket.setSoTimeout(100);
            Await.until("the end of a slow head", SOON, () -> isEnded(socket));
        }
        assertThat(get("/v2/", "192.0.2.7").status()).isEqualTo(200);
    }

    @Test
    void urlIsLimited() throws Exception {
        assertThat(get("/v2/?" + "x".repeat(1900), "192.0.2.8").status()).isEqualTo(200);
        Reply refused = get("/v2/?" + "x".repeat(2000), "192.0.2.8");
        assertThat(refused.status()).isEqualTo(414);
        assertThat(refused.text()).contains("NAME_INVALID");
        assertThat(refusals("url")).isEqualTo(1);
    }

    @Test
    void headersAreLimited() throws Exception {
        assertThat(get("/v2/", "192.0.2.9", "X-Long: " + "x".repeat(2800)).status())
                .isEqualTo(200);
        Reply refused = get("/v2/", "192.0.2.9", "X-Long: " + "x".repeat(3000));
        assertThat(refused.status()).isEqualTo(431);
        assertThat(refused.text()).contains("\"errors\"");
        assertThat(refusals("headers")).isEqualTo(1);
        assertThat(get("/v2/", "192.0.2.9", "X-Long: " + "x".repeat(140_000)).status())
                .as("by Undertow")
                .isEqualTo(400);
    }

    @Test
    void manifestsAndFormsAreLimited() throws Exception {
        int before = refusals("body");
        assertThat(put("192.0.2.10", "{\"a\": \"" + "x".repeat(4 * 1024 * 1024) + "\"}")
                        .status())
                .isEqualTo(413);
        Reply form = send("POST /auth/token", "192.0.2.10", "grant_type=" + "x".repeat(65_536));
        assertThat(form.status()).isEqualTo(413);
        assertThat(form.text()).contains("CONTENT_TOO_LARGE");
        assertThat(refusals("body")).isEqualTo(before + 2);
    }

    @Test
    void depthOfManifestsIsLimited() throws Exception {
        Reply refused = put("192.0.2.11", "{\"schemaVersion\": 2, \"a\": " + "[".repeat(100) + "]".repeat(100) + "}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("MANIFEST_INVALID", "more than 100 arrays");
        assertThat(put("192.0.2.11", "{\"schemaVersion\": 2, \"a\": " + "[".repeat(99) + "]".repeat(99) + "}")
                        .status())
                .isEqualTo(201);
        assertThat(refusals("json_depth")).isEqualTo(1);
    }

    /** Asks until it is refused, which takes 200 requests, and what has come back meanwhile. */
    private static Reply exhaust(String path, String address) throws IOException {
        for (int i = 0; i < 230; i++) {
            Reply reply = get(path, address);
            if (reply.status() == 429) {
                assertThat(i).as("requests before").isBetween(199, 229);
                return reply;
            }
        }
        throw new AssertionError("never refused");
    }

    private static Reply get(String target, String address, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of("X-Forwarded-For: " + address));
        all.addAll(List.of(headers));
        return wire.send("GET", target, all);
    }

    private static Reply post(String address) throws IOException {
        return send("POST /v2/app/blobs/uploads/", address, "");
    }

    private static Reply put(String address, String manifest) throws IOException {
        return send("PUT /v2/app/manifests/latest", address, manifest);
    }

    private static Reply send(String line, String address, String body) throws IOException {
        return wire.send(head(line, address, body.length()) + body);
    }

    /** Upload sessions on the share. */
    private static int underWay() throws Exception {
        return server.figure("registry_http_uploads");
    }

    /** A whole blob, of which the first byte comes. */
    private static String upload(String address) {
        return head("POST /v2/app/blobs/uploads/?digest=sha256:" + "0".repeat(64), address, 1000) + "x";
    }

    private static String head(String line, String address, int length) {
        return line + " HTTP/1.1\r\nHost: registry.test\r\nConnection: close\r\nX-Forwarded-For: " + address
                + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static boolean isEnded(Socket socket) {
        try {
            socket.getOutputStream().write("x".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static int refusals(String limit) throws Exception {
        return server.figure("registry_http_refusals_total", "limit=\"" + limit + "\"");
    }
}
