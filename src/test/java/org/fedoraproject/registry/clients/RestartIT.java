package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uploads that a killed server, a rival or their sheer size could spoil; on a server of their own, with 512 MiB of heap. */
class RestartIT {
    private static final long MIB = 1024 * 1024;

    /** More than the heap by default; more on demand. */
    private static final long BIG = Long.getLong("it.blob.mib", 1024) * MIB;

    private static final long SIZE = 32 * MIB;
    private static final long STOP = SIZE / 2;

    /** For what waits on the server; far more than it takes, for a busy machine starts it slowly. */
    private static final int SECONDS = 120;

    private static Path work;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("restart");
        server = new ServerProcess(work.resolve("first"), work.resolve("root"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        BuildDirectory.delete(work.resolve("root"));
    }

    @Test
    @Timeout(SECONDS)
    void uploadGoesOnWhereAKilledServerLeftIt() throws Exception {
        Digest digest = digest(new GeneratedBytes(0, SIZE));
        String location;
        try (RegistryClient registry = server.client();
                Gate gate = new Gate()) {
            location = registry.startUpload("killed");
            CompletableFuture<HttpResponse<byte[]>> push = pushThrough(registry, location, gate);
            awaitHalf(registry, location);
            server.kill();
            gate.open();
            assertThat(push).failsWithin(Duration.ofSeconds(10));
        }

        server.start();

        try (RegistryClient registry = server.client()) {
            assertThat(registry.status("HEAD", "/v2/killed/blobs/" + digest)).isEqualTo(404);
            assertThat(putManifestOf(registry, "killed", digest)).isEqualTo(400);
            long offset = offset(registry, location);
            assertThat(offset).isBetween(STOP / 2, STOP);
            HttpResponse<byte[]> rest = registry.send(
                    "PATCH",
                    location,
                    RegistryClient.stream(() -> new GeneratedBytes(offset, SIZE)),
                    "Content-Range",
                    offset + "-" + (SIZE - 1));
            RegistryClient.require(202, rest);
            complete(registry, "killed", location, digest);
            assertThat(putManifestOf(registry, "killed", digest)).isEqualTo(201);
        }
    }

    @Test
    @Timeout(SECONDS)
    void refusesASecondWriterOnEveryInstanceWhileTheFirstGoesOn() throws Exception {
        try (ServerProcess other = new ServerProcess(work.resolve("second"), work.resolve("root"));
                RegistryClient registry = server.client();
                RegistryClient atOther = other.client();
                Gate gate = new Gate()) {
            String location = registry.startUpload("rivals");
            CompletableFuture<HttpResponse<byte[]>> push = pushThrough(registry, location, gate);
            awaitHalf(registry, location);

            for (RegistryClient rival : List.of(registry, atOther)) {
                HttpResponse<byte[]> refused =
                        rival.send("PATCH", location, RegistryClient.stream(() -> new GeneratedBytes(0, 1000)));
                assertThat(refused.statusCode()).isEqualTo(416);
                assertThat(refused.headers().firstValue("Location").orElseThrow())
                        .startsWith(location.substring(0, location.indexOf('?') + 1));
            }

            gate.open();
            RegistryClient.require(202, push.join());
            complete(atOther, "rivals", location, digest(new GeneratedBytes(0, SIZE)));
        }
    }

    @Test
    void blobMayBeBiggerThanTheHeap() throws Exception {
        try (RegistryClient registry = server.client()) {
            String location = registry.startUpload("big");
            DigestInputStream content = new DigestInputStream(new GeneratedBytes(0, BIG), sha256());

            RegistryClient.require(202, registry.send("PATCH", location, RegistryClient.stream(() -> content)));

            Digest digest = Digest.ofHash(
                    Digest.Algorithm.SHA256, content.getMessageDigest().digest());
            complete(registry, "big", location, digest);
        }
    }

    /** Streams the content, and stops in the middle of it until the gate opens. */
    private static CompletableFuture<HttpResponse<byte[]>> pushThrough(
            RegistryClient registry, String location, Gate gate) {
        List<InputStream> parts = List.of(new GeneratedBytes(0, STOP), gate, new GeneratedBytes(STOP, SIZE));
        InputStream body = new SequenceInputStream(Collections.enumeration(parts));
        return registry.sendAsync("PATCH", location, RegistryClient.stream(() -> body));
    }

    /** Until the server has written something, though not all: what a client has sent may still be on its way. */
    private static void awaitHalf(RegistryClient registry, String location) throws Exception {
        while (offset(registry, location) < STOP / 2) {
            Thread.sleep(20);
        }
    }

    /** Where the upload goes on (end-13). */
    private static long offset(RegistryClient registry, String location) throws Exception {
        String range = RegistryClient.require(204, registry.send("GET", location))
                .headers()
                .firstValue("Range")
                .orElseThrow();
        return Long.parseLong(range.substring("0-".length())) + 1;
    }

    /** Ends the upload and pulls the blob back. */
    private static void complete(RegistryClient registry, String name, String location, Digest digest)
            throws Exception {
        RegistryClient.require(201, registry.send("PUT", RegistryClient.completing(location, digest)));
        try (InputStream pulled = RegistryClient.require(200, registry.open("/v2/" + name + "/blobs/" + digest))
                .body()) {
            assertThat(digest(pulled)).isEqualTo(digest);
        }
    }

    private static int putManifestOf(RegistryClient registry, String name, Digest blob) throws Exception {
        String descriptor =
                "{\"mediaType\":\"application/octet-stream\",\"digest\":\"%s\",\"size\":%d}".formatted(blob, SIZE);
        String manifest = "{\"schemaVersion\":2,\"config\":" + descriptor + ",\"layers\":[]}";
        String target = "/v2/" + name + "/manifests/1";
        return registry.send("PUT", target, BodyPublishers.ofString(manifest), "Content-Type", OciLayout.MANIFEST)
                .statusCode();
    }

    private static Digest digest(InputStream content) throws Exception {
        DigestInputStream digested = new DigestInputStream(content, sha256());
        digested.transferTo(OutputStream.nullOutputStream());
        return Digest.ofHash(
                Digest.Algorithm.SHA256, digested.getMessageDigest().digest());
    }

    private static MessageDigest sha256() {
        return Digest.Algorithm.SHA256.messageDigest();
    }
}
