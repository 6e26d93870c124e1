package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TestAuthority;
import org.fedoraproject.registry.testing.Wire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** More slow clients than there are threads, beside one that wants a short answer. */
@NeedsCommand("openssl")
class ManySlowClientsIT {
    private static final int MANY = 560;
    private static final int SIZE = 64 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(12);
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int THREADS = 512;

    private static final String POLICY = """
            base open
            rule ** anyone pull push
            """;

    private static TestAuthority authority;
    private static ServerProcess server;
    private static int tlsPort;
    private static String blob;

    @BeforeAll
    static void start() throws Exception {
        Path work = BuildDirectory.make("many-slow-clients");
        authority = new TestAuthority(Files.createDirectory(work.resolve("authority")));
        tlsPort = Ports.free();
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.auth.policy=" + Files.writeString(work.resolve("policy"), POLICY),
                "-Dregistry.auth.passwords=" + Files.createFile(work.resolve("htpasswd")),
                "-Djboss.https.port=" + tlsPort,
                "-Dregistry.tls.enabled=true",
                "-Dregistry.tls.key-store=" + authority.serverKeyStore("changeit"),
                "-Dregistry.http.body-patience=" + PATIENCE,
                "-Dregistry.http.answer-patience=" + PATIENCE);
        try (RegistryClient registry = server.client()) {
            Digest digest = registry.pushBlob("app", Content.random(SIZE));
            registry.pushManifest("app", "latest", Content.image(digest));
            blob = "/v2/app/blobs/" + digest;
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void nothingIsHeldWhenAllHaveGone() {
        Await.until("an end of all", SOON, () -> server.figure("registry_http_long_requests") == 0);
    }

    @Test
    void readersOfOneAddressKeepNobodyElseWaiting() throws Exception {
        int before = refusals("at_once");
        try (SlowCrowd slow = SlowCrowd.readers(server.port(), MANY, ManySlowClientsIT::one, blob)) {
            Await.until("all are there", SOON, () -> refusals("at_once") - before == MANY - 128);
            othersAreAnswered();
            assertThat(slow.left()).isPositive();
            Reply refused = answer("127.0.0.1", "/v2/");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text()).contains("\"code\":\"TOOMANYREQUESTS\"");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(refused.header("Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
            assertThat(refused.header("X-Request-Id")).isNotEmpty();
        }
        assertThat(refusals("at_once") - before).isEqualTo(MANY - 128 + 1);
        Await.until(
                "the address may ask again",
                SOON,
                () -> answer("127.0.0.1", "/v2/").status() == 200);
    }

    @Test
    void formsOfOneAddressKeepNobodyElseWaiting() throws Exception {
        int before = refusals("at_once");
        try (SlowCrowd slow = SlowCrowd.writers(server.port(), MANY, ManySlowClientsIT::one, "POST /auth/token")) {
            Await.until("all are there", SOON, () -> refusals("at_once") - before == MANY - 128);
            othersAreAnswered();
            assertThat(slow.left()).isPositive();
        }
    }

    /** Nobody reads these bodies but the container, to find the next request. */
    @Test
    void bodiesThatNobodyAskedForKeepNobodyElseWaiting() throws Exception {
        try (SlowCrowd slow = SlowCrowd.writers(server.port(), MANY, ManySlowClientsIT::another, "GET /nothing")) {
            longOnesAreAsManyAsMayBe();
            othersAreAnswered();
            assertThat(slow.left()).isPositive();
        }
    }

    @Test
    void readersOfManyAddressesLeaveThreads() throws Exception {
        int before = refusals("long_requests");
        try (SlowCrowd slow = SlowCrowd.readers(server.port(), MANY, ManySlowClientsIT::another, blob)) {
            longOnesAreAsManyAsMayBe();
            othersAreAnswered();
            assertThat(slow.left()).isPositive();
            Await.until(
                    "the others are refused", SOON, () -> refusals("long_requests") - before == MANY - THREADS * 3 / 4);
            longOnesAreAsManyAsMayBe();
            Reply refused = answer("127.0.0.2", blob);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("\"code\":\"UNAVAILABLE\"");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
        }
        assertThat(refusals("long_requests") - before).isEqualTo(MANY - THREADS * 3 / 4 + 1);
    }

    @Test
    void manifestsOfManyAddressesLeaveThreads() throws Exception {
        try (SlowCrowd slow =
                SlowCrowd.writers(server.port(), MANY, ManySlowClientsIT::another, "PUT /v2/app/manifests/slow")) {
            longOnesAreAsManyAsMayBe();
            othersAreAnswered();
            assertThat(slow.left()).isPositive();
            longOnesAreAsManyAsMayBe();
        }
    }

    /** No thread is set apart for these, which are seldom so large: some connections end where too many do not read them. */
    @Test
    void readersOfLargeManifestsLeaveThreads() throws Exception {
        Path work = BuildDirectory.make("many-slow-readers");
        try (ServerProcess few = new ServerProcess(
                        work.resolve("server"), work.resolve("root"), "-Dregistry.http.max-threads=16");
                RegistryClient registry = few.client()) {
            String large =
                    "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[],"
                            + "\"annotations\":{\"large\":\"" + "x".repeat(3 << 20) + "\"}}";
            registry.pushManifest("app", "large", Content.manifest(large));
            try (SlowCrowd slow =
                    SlowCrowd.readers(few.port(), 64, ManySlowClientsIT::another, "/v2/app/manifests/large")) {
                Await.until("all are there", SOON, () -> few.figure("registry_http_long_requests") == 12);
                assertThat(registry.get("/v2/").statusCode()).isEqualTo(200);
                Await.until(
                        "those without a thread",
                        SOON,
                        () -> few.figure("registry_http_refusals_total", "limit=\"long_requests\"") == 64 - 12);
                slow.hurry();
                Await.until("they notice", SOON, () -> slow.left() <= 12);
            }
        }
    }

    /** Those over TLS begin, and others are answered; then all wait for the same patience to end. */
    @Test
    void slowOnesAreEnded() throws Exception {
        int before = refusals("pace");
        try (Sockets overTls = readersOverTls(20)) {
            Await.until("they begin", SOON, () -> server.figure("registry_http_long_requests") == 20);
            othersAreAnswered();
            try (SlowCrowd readers = SlowCrowd.readers(server.port(), 20, ManySlowClientsIT::one, blob);
                    SlowCrowd writers =
                            SlowCrowd.writers(server.port(), 20, ManySlowClientsIT::one, "POST /auth/token");
                    Socket form = formOverTls()) {
                Await.until("their end", SOON, () -> refusals("pace") - before == 20 + 20 + 20 + 1);
                Await.until("free threads", SOON, () -> server.figure("registry_http_long_requests") == 0);
                assertThat(Wire.read(form.getInputStream(), false).status()).isEqualTo(400);
                assertThat(form.getInputStream().read()).isEqualTo(-1);
                readers.hurry();
                Await.until("they notice", SOON, () -> readers.left() + writers.left() == 0);
            }
            for (Socket reader : overTls.all()) {
                assertThat(rest(reader)).isLessThan(SIZE);
            }
        }
    }

    private record Sockets(List<Socket> all) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            for (Socket socket : all) {
                socket.close();
            }
        }
    }

    /** Readers that never read, with a small buffer. */
    private static Sockets readersOverTls(int count) throws Exception {
        SSLSocketFactory factory = authority.context().getSocketFactory();
        Sockets readers = new Sockets(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            Socket socket = factory.createSocket();
            readers.all().add(socket);
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout((int) SOON.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), tlsPort));
            socket.getOutputStream().write(get(blob));
        }
        return readers;
    }

    /** How much comes before the end, whatever end that is. */
    private static long rest(Socket reader) {
        try {
            return reader.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            return 0;
        }
    }

    private static Socket formOverTls() throws Exception {
        Socket socket = authority.context().getSocketFactory().createSocket("127.0.0.1", tlsPort);
        socket.getOutputStream()
                .write("POST /auth/token HTTP/1.1\r\nHost: slow.test\r\nContent-Length: 1000\r\n\r\nx"
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** It pauses for almost as long as it may, and then goes on. */
    @Test
    void readerThatPausesGetsItAll() throws Exception {
        try (Socket socket = connect("127.0.0.2", blob)) {
            InputStream in = socket.getInputStream();
            long length = 0;
            for (int read = in.read(new byte[1]); read >= 0 && length < SIZE; read = in.read(new byte[1 << 20])) {
                if (length == 0 || length < SIZE / 2 && length + read >= SIZE / 2) {
                    Thread.sleep(PATIENCE.minusSeconds(5));
                }
                length += read;
            }
            assertThat(length).isGreaterThanOrEqualTo(SIZE);
        }
    }

    private static void longOnesAreAsManyAsMayBe() {
        Await.until("all are there", SOON, () -> server.figure("registry_http_long_requests") == THREADS * 3 / 4);
    }

    private static String one(int client) {
        return "127.0.0.1";
    }

    private static String another(int client) {
        return "127.0.4." + (1 + client % 100);
    }

    /** From an address of its own. */
    private static void othersAreAnswered() throws IOException {
        for (String path : List.of("/v2/", "/v2/app/manifests/latest", "/auth/token", "/v2/app/tags/list")) {
            long began = System.nanoTime();
            assertThat(answer("127.0.0.2", path).status()).as(path).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).as(path).isLessThan(Duration.ofSeconds(5));
        }
    }

    private static Reply answer(String address, String path) throws IOException {
        try (Socket socket = connect(address, path)) {
            return Wire.read(socket.getInputStream(), false);
        }
    }

    private static Socket connect(String address, String path) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(), InetAddress.getByName(address), 0);
        socket.setSoTimeout((int) SOON.toMillis());
        socket.getOutputStream().write(get(path));
        return socket;
    }

    private static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: registry.test\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static int refusals(String limit) throws Exception {
        return server.figure("registry_http_refusals_total", "limit=\"" + limit + "\"");
    }
}
