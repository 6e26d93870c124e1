package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Interleaver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
    private static final byte[] CONTENT = bytes("content");
    private static final Digest DIGEST = Digest.of(CONTENT);
    private static final Digest EMPTY = Digest.of(new byte[0]);

    private static final String DATA = path(DIGEST);

    @TempDir
    Path root;

    private Stores stores;
    private BlobStore blobs;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        blobs = stores.blobs();
    }

    @Test
    void putBlobIsThere() throws IOException {
        blobs.put(DIGEST, CONTENT);

        assertThat(stores.files()).containsExactly(DATA);
        assertThat(stores.at(DATA)).hasBinaryContent(CONTENT);
        assertThat(blobs.size(DIGEST)).hasValue((long) CONTENT.length);
        assertThat(blobs.read(DIGEST, 100)).hasValue(CONTENT);
        stores.assertNoLeftovers();
    }

    @Test
    void unknownBlobIsNone() {
        assertThat(blobs.open(DIGEST)).isEmpty();
        assertThat(blobs.size(DIGEST)).isEmpty();
        assertThat(blobs.read(DIGEST, 100)).isEmpty();
    }

    @Test
    void putAgainWritesNothing() throws IOException {
        blobs.put(DIGEST, CONTENT);
        FileTime old = FileTime.from(Instant.now().minus(Stores.GRACE.dividedBy(3)));
        Files.setLastModifiedTime(stores.at(DATA), old);

        blobs.put(DIGEST, CONTENT);

        assertThat(Files.getLastModifiedTime(stores.at(DATA))).isEqualTo(old);
    }

    @Test
    void putReplacesABlobOfAnotherSize() throws IOException {
        stores.write(DATA, "cont");

        blobs.put(DIGEST, CONTENT);

        assertThat(blobs.read(DIGEST, 100)).hasValue(CONTENT);
    }

    @Test
    void putReplacesOtherBytesOfTheSameSize() throws IOException {
        stores.write(DATA, "CONTENT");

        blobs.put(DIGEST, CONTENT);

        assertThat(blobs.read(DIGEST, 100)).hasValue(CONTENT);
    }

    @Test
    void adoptReplacesOtherBytesOfTheSameSize() throws IOException {
        stores.write(DATA, "CONTENT");
        Path file = stores.write("repositories/a/_uploads/1/data", "content");

        blobs.adopt(file, DIGEST, CONTENT.length);

        assertThat(stores.at(DATA)).hasBinaryContent(CONTENT);
    }

    @Test
    void blobWithOtherBytesIsUnknownOnceItWasVerified() throws IOException {
        stores.write(DATA, "cut");

        assertThat(blobs.verify(DIGEST)).isFalse();

        assertThat(blobs.open(DIGEST)).isEmpty();
        assertThat(root.resolve(".quarantine/" + DIGEST.toString().replace(':', '-')))
                .hasContent("cut");
    }

    @Test
    void blobThatIsReplacedWhileItIsVerifiedStays() throws Exception {
        int tried = Interleaver.explore(2, steps -> {
            stores.write(DATA, "cut");
            List<BlobStore> instances = List.of(new Stores(root, steps).blobs(), new Stores(root, steps).blobs());
            return new Interleaver.Operations() {
                @Override
                public List<Runnable> all() {
                    return List.of(
                            () -> instances.getFirst().verify(DIGEST),
                            () -> instances.getLast().put(DIGEST, CONTENT));
                }

                @Override
                public void check(String schedule) {
                    assertThat(blobs.read(DIGEST, 100)).as(schedule).hasValue(CONTENT);
                }
            };
        });
        assertThat(tried).isGreaterThan(3);
    }

    /** Kills the verifying server at each step, after another one has stored the right bytes at each step before. */
    @Test
    void blobThatIsReplacedWhileItIsVerifiedStaysEvenAfterAKill() throws Exception {
        int tried = 0;
        for (int putAt = 1; putAt < 12; putAt++) {
            for (int killAt = putAt + 1; killAt < 12; killAt++) {
                stores.write(DATA, "cut");
                verifyUntilKilled(putAt, killAt);

                assertThat(blobs.read(DIGEST, 100))
                        .as("put at %d, killed at %d", putAt, killAt)
                        .hasValue(CONTENT);
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(20);
    }

    private void verifyUntilKilled(int putAt, int killAt) {
        AtomicInteger step = new AtomicInteger();
        Stores verifier = new Stores(root, new Steps() {
            @Override
            public void next() {
                int now = step.incrementAndGet();
                if (now == putAt) {
                    blobs.put(DIGEST, CONTENT);
                } else if (now >= killAt) {
                    throw new IllegalStateException("killed");
                }
            }

            @Override
            public boolean await() {
                return false;
            }
        });
        try {
            verifier.blobs().verify(DIGEST);
        } catch (IllegalStateException e) {
            return;
        }
        blobs.put(DIGEST, CONTENT); // it ended before
    }

    @Test
    void soundBlobInQuarantineComesBackIfTheTreeHasNone() throws IOException {
        Path kept = root.resolve(".quarantine/" + DIGEST.toString().replace(':', '-'));
        Files.createDirectories(kept.getParent());
        Files.write(kept, CONTENT);

        assertThat(blobs.verify(DIGEST)).isTrue();

        assertThat(blobs.read(DIGEST, 100)).hasValue(CONTENT);
        assertThat(kept).doesNotExist();
    }

    @Test
    void blobWithItsBytesStaysWhenItIsVerified() throws IOException {
        blobs.put(DIGEST, CONTENT);

        assertThat(blobs.verify(DIGEST)).isTrue();
        assertThat(blobs.read(DIGEST, 100)).hasValue(CONTENT);
    }

    @Test
    void blobWithoutBytesIsNone() throws IOException {
        stores.write(DATA, "");

        assertThat(blobs.open(DIGEST)).isEmpty();
        assertThat(blobs.size(DIGEST)).isEmpty();
    }

    @Test
    void emptyBlobIsOne() {
        blobs.put(EMPTY, new byte[0]);

        assertThat(blobs.size(EMPTY)).hasValue(0L);
        assertThat(blobs.read(EMPTY, 0)).hasValue(new byte[0]);
    }

    @Test
    void readIsEmptyAboveTheLimit() {
        blobs.put(DIGEST, CONTENT);

        assertThat(blobs.read(DIGEST, CONTENT.length)).hasValue(CONTENT);
        assertThat(blobs.read(DIGEST, CONTENT.length - 1)).isEmpty();
    }

    @Test
    void adoptMovesTheFile() throws IOException {
        Path file = stores.write("repositories/a/_uploads/1/data", "content");

        blobs.adopt(file, DIGEST, CONTENT.length);

        assertThat(stores.files()).containsExactly(DATA);
        assertThat(stores.at(DATA)).hasBinaryContent(CONTENT);
    }

    @Test
    void adoptKeepsTheBlobThatIsThere() throws IOException {
        blobs.put(DIGEST, CONTENT);
        Object before = Files.getAttribute(stores.at(DATA), "unix:ino");
        Path file = stores.write("repositories/a/_uploads/1/data", "content");

        blobs.adopt(file, DIGEST, CONTENT.length);

        assertThat(Files.getAttribute(stores.at(DATA), "unix:ino")).isEqualTo(before);
        assertThat(file).exists();
    }

    @Test
    void adoptReplacesABlobOfAnotherSize() throws IOException {
        stores.write(DATA, "content, and more");
        Path file = stores.write("repositories/a/_uploads/1/data", "content");

        blobs.adopt(file, DIGEST, CONTENT.length);

        assertThat(stores.at(DATA)).hasBinaryContent(CONTENT);
    }

    @Test
    void contentIsSentInRangesEvenAfterItsDelete() throws IOException {
        byte[] content = Content.random(100_000);
        Digest digest = Digest.of(content);
        blobs.put(digest, content);
        try (BlobContent blob = blobs.open(digest).orElseThrow()) {
            Files.delete(stores.at(path(digest)));

            assertThat(blob.size()).isEqualTo(content.length);
            assertThat(sent(blob, 0, content.length - 1)).isEqualTo(content);
            assertThat(sent(blob, 40_000, 40_000)).containsExactly(content[40_000]);
            assertThat(sent(blob, 1, 70_000)).isEqualTo(Arrays.copyOfRange(content, 1, 70_001));
        }
    }

    private static byte[] sent(BlobContent blob, long first, long last) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        blob.sendTo(out, new ByteRange(first, last));
        return out.toByteArray();
    }

    private static String path(Digest digest) {
        return "blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data";
    }
}
