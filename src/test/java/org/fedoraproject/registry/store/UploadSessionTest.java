package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.Bodies;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadSessionTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final byte[] CONTENT = Content.random(200_000);
    private static final Digest SHA256 = Digest.of(CONTENT);
    private static final Digest SHA512 = Digest.of(Digest.Algorithm.SHA512, CONTENT);

    private static final String BLOB = "blobs/sha256/" + SHA256.hex().substring(0, 2) + "/" + SHA256.hex() + "/data";
    private static final String LINK = "repositories/a/_layers/sha256/" + SHA256.hex() + "/link -> " + SHA256;
    private static final String LINK_512 = "repositories/a/_layers/sha512/" + SHA512.hex() + "/link -> " + SHA256;

    @TempDir
    Path root;

    private Stores here;
    private Stores there;
    private UUID id;

    @BeforeEach
    void create() {
        here = new Stores(root);
        there = new Stores(root);
        id = here.uploads().create(NAME, Digest.Algorithm.SHA256);
    }

    @Test
    void committedSessionIsABlobAsDockerDistributionHasIt() {
        append(here, 0, CONTENT.length);
        commit(here, SHA256);

        assertThat(here.files()).containsExactlyInAnyOrder(BLOB, LINK);
        assertThat(here.at(BLOB)).hasBinaryContent(CONTENT);
        assertThat(here.at("repositories/a/_uploads/" + id)).doesNotExist();
        assertThat(here.uploads().size(NAME, id)).isEmpty();
        here.assertNoLeftovers();
    }

    @Test
    void sha512IsStoredUnderSha256AndLinkedUnderBoth() {
        append(here, 0, CONTENT.length);
        commit(here, SHA512);

        assertThat(here.files()).containsExactlyInAnyOrder(BLOB, LINK, LINK_512);
    }

    @Test
    void sessionForSha512ComputesBoth() {
        here.uploads().delete(NAME, id);
        id = here.uploads().create(NAME, Digest.Algorithm.SHA512);
        append(here, 0, CONTENT.length);
        commit(here, SHA512);

        assertThat(here.files()).containsExactlyInAnyOrder(BLOB, LINK, LINK_512);
    }

    @Test
    void commitMovesTheDataAndCopiesNothing() throws IOException {
        append(here, 0, CONTENT.length);
        Object data = Files.getAttribute(data(), "unix:ino");
        commit(here, SHA256);

        assertThat(Files.getAttribute(here.at(BLOB), "unix:ino")).isEqualTo(data);
    }

    @Test
    void commitOfABlobThatIsThereKeepsItAndLinksIt() throws IOException {
        here.blobs().put(SHA256, CONTENT);
        Object before = Files.getAttribute(here.at(BLOB), "unix:ino");
        append(here, 0, CONTENT.length);
        commit(here, SHA256);

        assertThat(here.files()).containsExactlyInAnyOrder(BLOB, LINK);
        assertThat(Files.getAttribute(here.at(BLOB), "unix:ino")).isEqualTo(before);
    }

    @Test
    void emptySessionIsTheEmptyBlob() {
        Digest empty = Digest.of(new byte[0]);
        commit(here, empty);

        assertThat(here.blobs().size(empty)).hasValue(0L);
        assertThat(here.links().layer(NAME, empty)).hasValue(empty);
    }

    @Test
    void chunksMayBeTakenInTurnsByTwoInstances() throws IOException {
        append(here, 0, 50_000);
        append(there, 50_000, 70_000);
        append(here, 70_000, 70_001);
        append(there, 70_001, CONTENT.length);

        assertThat(data()).hasBinaryContent(CONTENT);
        assertThat(digest(here, Digest.Algorithm.SHA256)).isEqualTo(SHA256);
        assertThat(digest(there, Digest.Algorithm.SHA512)).isEqualTo(SHA512);
        commit(here, SHA256);
        assertThat(there.files()).containsExactlyInAnyOrder(BLOB, LINK);
    }

    @Test
    void takingTurnsCostsOneReadOfTheData() throws IOException {
        byte[] content = Content.random(16 << 20);
        int quarter = content.length / 4;
        long before = bytesRead();
        for (int i = 0; i < 4; i++) {
            try (UploadSession session = (i % 2 == 0 ? here : there).uploads().open(NAME, id)) {
                session.append(Bodies.of(Arrays.copyOfRange(content, i * quarter, (i + 1) * quarter)));
            }
        }
        long between = bytesRead();
        commit(here, Digest.of(content));

        assertThat(between - before).as("bytes read while they came").isLessThan(quarter);
        assertThat(bytesRead() - between).as("bytes read at the end").isBetween(4L * quarter, 5L * quarter);
    }

    @Test
    void oneInstanceReadsNothingAgain() throws IOException {
        byte[] content = Content.random(16 << 20);
        long before = bytesRead();
        try (UploadSession session = here.uploads().open(NAME, id)) {
            session.append(Bodies.of(content));
            session.commit(Digest.of(content));
        }

        assertThat(bytesRead() - before).isLessThan(content.length / 4);
    }

    @Test
    void sessionThatDockerDistributionBeganIsGoneOnWith() throws IOException {
        UUID theirs = UUID.randomUUID();
        String session = "repositories/a/_uploads/" + theirs;
        here.write(session + "/startedat", "2026-01-02T03:04:05Z");
        here.write(session + "/hashstates/sha256/3", "state");
        here.write(session + "/data", "abc");
        Digest digest = Digest.of(bytes("abcdef"));
        try (UploadSession opened = here.uploads().open(NAME, theirs)) {
            assertThat(opened.append(Bodies.of(bytes("def")))).isEqualTo(3);
            assertThat(opened.digest(Digest.Algorithm.SHA256)).isEqualTo(digest);
            opened.commit(digest);
        }

        assertThat(here.blobs().read(digest, 100)).hasValue(bytes("abcdef"));
        assertThat(here.at(session)).doesNotExist();
    }

    @Test
    void bodyThatIsCutKeepsWhatCameAndGoesOnFromThere() {
        try (UploadSession session = here.uploads().open(NAME, id)) {
            InputStream body = Bodies.cutAfter(Arrays.copyOf(CONTENT, 123_456));
            assertRefused(ErrorCode.BLOB_UPLOAD_INVALID, () -> session.append(body));
            assertThat(session.size()).isEqualTo(123_456);
        }
        append(here, 123_456, CONTENT.length);
        commit(here, SHA256);

        assertThat(here.files()).containsExactlyInAnyOrder(BLOB, LINK);
    }

    @Test
    void cutTakesBackWhatCameSince() {
        append(here, 0, 1000);
        try (UploadSession session = here.uploads().open(NAME, id)) {
            session.append(Bodies.of(CONTENT));
            session.truncate(1000);
            assertThat(session.size()).isEqualTo(1000);
        }
        append(here, 1000, CONTENT.length);

        assertThat(digest(here, Digest.Algorithm.SHA256)).isEqualTo(SHA256);
    }

    @Test
    void storageThatDoesNotAnswerKeepsWhatCameAndTheUploadGoesOnFromThere() throws IOException {
        Stores slow = new Stores(root, Duration.ofMillis(500));
        append(slow, 0, 1000);
        InputStream body = new SequenceInputStream(
                Bodies.of(Arrays.copyOfRange(CONTENT, 1000, 101_000)),
                new SequenceInputStream(
                        Bodies.none(() -> {
                            Await.until(
                                    "some of it is written", Duration.ofSeconds(10), () -> Files.size(data()) > 1000);
                            takeConnectionUntilOneIsRefused(slow);
                        }),
                        Bodies.of(Arrays.copyOfRange(CONTENT, 101_000, CONTENT.length))));
        int kept;
        try (UploadSession session = slow.uploads().open(NAME, id)) {
            assertThat(assertRefused(ErrorCode.UNAVAILABLE, () -> session.append(body))
                            .headers())
                    .containsKey("Retry-After");
            kept = (int) session.size();
        }
        assertThat(kept).isBetween(1001, CONTENT.length - 1);
        append(slow, kept, CONTENT.length);

        assertThat(digest(slow, Digest.Algorithm.SHA256)).isEqualTo(SHA256);
    }

    @Test
    void fullStorageIsToldAsSuch() throws IOException {
        Files.delete(data());
        Files.createSymbolicLink(data(), Path.of("/dev/full"));
        for (int size : new int[] {10, 100_000}) {
            try (UploadSession session = here.uploads().open(NAME, id)) {
                assertRefused(ErrorCode.STORAGE_FULL, () -> session.append(Bodies.of(Content.random(size))));
            }
        }
        Files.delete(data());
    }

    @Test
    void requestThatWasSupersededWritesWhereNobodyReads() throws IOException {
        UploadSession late = here.uploads().open(NAME, id);
        late.append(part(CONTENT, 0, 100_000));
        expireClaims();
        try (UploadSession next = there.uploads().open(NAME, id)) {
            late.append(part(Content.random(50_000), 0, 50_000));
            next.append(part(CONTENT, 100_000, CONTENT.length));
            late.truncate(0);

            assertThat(next.digest(Digest.Algorithm.SHA256)).isEqualTo(SHA256);
            next.commit(SHA256);
        }
        late.close();

        assertThat(here.at(BLOB)).hasBinaryContent(CONTENT);
        assertThat(here.at("repositories/a/_uploads/" + id)).doesNotExist();
    }

    @Test
    void requestThatWasSupersededCannotCommitWhatAnotherReceived() throws IOException {
        byte[] other = bytes("what the first one received");
        UploadSession late = here.uploads().open(NAME, id);
        late.append(part(other, 0, other.length));
        expireClaims();
        try (UploadSession next = there.uploads().open(NAME, id)) {
            next.truncate(0);
            next.append(part(CONTENT, 0, CONTENT.length));

            assertRefused(ErrorCode.RANGE_INVALID, () -> late.commit(Digest.of(other)));
            late.close();

            assertThat(here.blobs().size(Digest.of(other))).isEmpty();
            assertThat(next.digest(Digest.Algorithm.SHA256)).isEqualTo(SHA256);
            next.commit(SHA256);
        }

        assertThat(here.at(BLOB)).hasBinaryContent(CONTENT);
        here.assertNoLeftovers();
    }

    @Test
    void digestOfARequestThatWasSupersededIsNotTakenForTheNextOnes() throws IOException {
        UploadSession late = here.uploads().open(NAME, id);
        late.append(part(CONTENT, 0, 100_000));
        expireClaims();
        UploadSession next = there.uploads().open(NAME, id);
        late.append(part(new byte[100_000], 0, 100_000));
        late.close();
        next.append(part(CONTENT, 100_000, 200_000));
        next.close();

        assertThat(digest(here, Digest.Algorithm.SHA256)).isEqualTo(SHA256);
    }

    private static InputStream part(byte[] content, int from, int to) {
        return Bodies.of(Arrays.copyOfRange(content, from, to));
    }

    /** As if no byte had arrived for longer than a lease lasts. */
    private void expireClaims() throws IOException {
        try (Stream<Path> files = Files.list(here.at("repositories/a/_uploads/" + id))) {
            for (Path lease : files.filter(file -> file.getFileName().toString().startsWith("claim-"))
                    .toList()) {
                Files.setLastModifiedTime(
                        lease,
                        FileTime.from(Instant.now().minus(UploadLease.DURATION).minusSeconds(1)));
            }
        }
    }

    @Test
    void cancelLeavesNothing() {
        append(here, 0, 1000);
        try (UploadSession session = there.uploads().open(NAME, id)) {
            session.cancel();
        }

        assertThat(here.files()).isEmpty();
        assertThat(here.uploads().size(NAME, id)).isEmpty();
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> here.uploads().open(NAME, id));
        here.assertNoLeftovers();
    }

    private void append(Stores host, int from, int to) {
        try (UploadSession session = host.uploads().open(NAME, id)) {
            assertThat(session.append(Bodies.of(Arrays.copyOfRange(CONTENT, from, to))))
                    .isEqualTo(to - from);
            session.forceData();
        }
    }

    private Digest digest(Stores host, Digest.Algorithm algorithm) {
        try (UploadSession session = host.uploads().open(NAME, id)) {
            return session.digest(algorithm);
        }
    }

    private void commit(Stores host, Digest named) {
        try (UploadSession session = host.uploads().open(NAME, id)) {
            session.commit(named);
        }
    }

    /** The bytes that this process has read from files (proc(5)). */
    private static long bytesRead() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("rchar: "))
                .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
                .findFirst()
                .orElseThrow();
    }

    private Path data() {
        return here.at("repositories/a/_uploads/" + id + "/data");
    }

    private static void takeConnectionUntilOneIsRefused(Stores stores) throws IOException {
        NfsConnection held = stores.factory().getConnection();
        Thread.ofVirtual().start(() -> {
            while (stores.factory().statistics().refused() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            held.close();
        });
    }
}
