package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Bodies;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadsTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final RepositoryName OTHER = RepositoryName.parse("b");
    private static final byte[] CONTENT = Content.random(100_000);
    private static final Digest DIGEST = Digest.of(CONTENT);
    private static final Digest SHA512 = Digest.of(Digest.Algorithm.SHA512, CONTENT);

    @TempDir
    Path root;

    private Stores stores;
    private Uploads uploads;
    private UUID id;

    @BeforeEach
    void start() {
        stores = new Stores(root);
        uploads = new Uploads(stores.uploads(), stores.links(), stores.blobs(), TestQuotas.none());
        id = uploads.start(NAME, Digest.Algorithm.SHA256);
    }

    @Test
    void wholeBlobMayComeWithTheLastRequest() {
        complete(DIGEST, 0, CONTENT.length);

        assertStored(NAME, DIGEST);
        assertEnded();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 100_000})
    void bodyOfEachSizeMayComeInOneRequest(int size) {
        byte[] content = part(0, size);
        Digest digest = Digest.of(Digest.Algorithm.SHA512, content);

        uploads.put(OTHER, digest, Bodies.of(content));

        assertThat(stores.links().layer(OTHER, digest)).contains(Digest.of(content));
        assertThat(stores.blobs().read(Digest.of(content), size))
                .hasValueSatisfying(stored -> assertThat(stored).isEqualTo(content));
        stores.assertNoLeftovers();
    }

    @Test
    void smallBodyInOneRequestNeedsNoSession() {
        byte[] content = part(0, 1024);

        uploads.put(OTHER, Digest.of(content), Bodies.of(content));
        assertRefused(ErrorCode.DIGEST_INVALID, () -> uploads.put(OTHER, DIGEST, Bodies.of(content)));
        assertRefused(ErrorCode.BLOB_UPLOAD_INVALID, () -> uploads.put(OTHER, DIGEST, Bodies.cutAfter(content)));

        assertThat(stores.at("repositories/b/_layers")).isDirectory();
        assertThat(stores.at("repositories/b/_uploads")).doesNotExist();
        assertThat(stores.blobs().size(DIGEST)).isEmpty();
        assertThat(uploads.underWay()).isZero();
        stores.assertNoLeftovers();
    }

    @Test
    void smallBodyInOneRequestReplacesDamagedBlob() throws IOException {
        byte[] content = part(0, 1024);
        uploads.put(OTHER, Digest.of(content), Bodies.of(content));
        String hex = Digest.of(content).hex();
        Path blob = stores.at("blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data");
        Files.write(blob, part(1, 1025));

        uploads.put(OTHER, Digest.of(content), Bodies.of(content));

        assertThat(blob).hasBinaryContent(content);
    }

    @Test
    void countsTheUploadsUnderWay() {
        List<Long> seen = new ArrayList<>();

        uploads.append(NAME, id, Optional.empty(), Bodies.none(() -> seen.add(uploads.underWay())));
        assertThat(seen).containsExactly(1L);
        assertThat(uploads.underWay()).isZero();

        assertRefused(
                ErrorCode.BLOB_UPLOAD_INVALID,
                () -> uploads.append(NAME, id, Optional.empty(), Bodies.cutAfter(CONTENT)));
        assertThat(uploads.underWay()).isZero();
    }

    @Test
    void streamsAreAppendedAtTheEnd() {
        assertThat(append(0, 10)).isEqualTo(10);
        assertThat(append(10, 99_999)).isEqualTo(99_999);
        assertThat(append(99_999, 99_999)).isEqualTo(99_999);
        complete(DIGEST, 99_999, CONTENT.length);

        assertStored(NAME, DIGEST);
    }

    @Test
    void chunksInOrderAreTaken() {
        assertThat(chunk(0, 50_000)).isEqualTo(50_000);
        assertThat(uploads.status(NAME, id)).isEqualTo(50_000);
        uploads.complete(NAME, id, DIGEST, range(50_000, CONTENT.length), Bodies.of(part(50_000, CONTENT.length)));

        assertStored(NAME, DIGEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 11, 99_000})
    void rejectsChunkOutOfOrder(int from) {
        chunk(0, 10);

        assertThat(assertRefused(ErrorCode.RANGE_INVALID, () -> chunk(from, from + 5)))
                .hasMessageContaining("the next byte is 10");
        assertThat(assertRefused(
                        ErrorCode.RANGE_INVALID,
                        () -> uploads.complete(
                                NAME, id, DIGEST, range(from, from + 5), Bodies.of(part(from, from + 5)))))
                .hasMessageContaining("the next byte is 10");
        assertThat(uploads.status(NAME, id)).isEqualTo(10);
    }

    @Test
    void rejectsFirstChunkThatDoesNotBeginAtZero() {
        assertThat(assertRefused(ErrorCode.RANGE_INVALID, () -> chunk(1, 5)))
                .hasMessageContaining("the next byte is 0");
        assertThat(uploads.status(NAME, id)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 99, 101, 90_000})
    void chunkThatHasNotTheLengthOfItsRangeIsTakenBack(int length) {
        chunk(0, 10);

        assertRefused(
                ErrorCode.SIZE_INVALID,
                () -> uploads.append(NAME, id, range(10, 110), Bodies.of(Content.random(length))));

        assertThat(uploads.status(NAME, id)).isEqualTo(10);
        complete(DIGEST, 10, CONTENT.length);
        assertStored(NAME, DIGEST);
    }

    @Test
    void streamThatIsCutGoesOnWhereItStopped() {
        assertRefused(
                ErrorCode.BLOB_UPLOAD_INVALID,
                () -> uploads.append(NAME, id, Optional.empty(), Bodies.cutAfter(part(0, 70_000))));
        assertThat(uploads.status(NAME, id)).isEqualTo(70_000);

        complete(DIGEST, 70_000, CONTENT.length);
        assertStored(NAME, DIGEST);
    }

    @Test
    void lastRequestThatIsCutStoresNothing() {
        assertRefused(
                ErrorCode.BLOB_UPLOAD_INVALID,
                () -> uploads.complete(NAME, id, DIGEST, Optional.empty(), Bodies.cutAfter(part(0, 70_000))));

        assertThat(stores.blobs().open(DIGEST)).isEmpty();
        assertThat(uploads.status(NAME, id)).isEqualTo(70_000);
    }

    @Test
    void contentOfAnotherDigestLeavesTheSessionAsItWas() {
        append(0, 1000);
        Digest wrong = Digest.of(bytes("wrong"));

        assertThat(assertRefused(ErrorCode.DIGEST_INVALID, () -> complete(wrong, 1000, CONTENT.length)))
                .hasMessageContainingAll(wrong.toString(), DIGEST.toString());

        assertThat(stores.files()).noneMatch(file -> file.startsWith("blobs") || file.contains("_layers"));
        assertThat(uploads.status(NAME, id)).isEqualTo(1000);
        complete(DIGEST, 1000, CONTENT.length);
        assertStored(NAME, DIGEST);
    }

    @Test
    void completeMayBeRepeated() {
        complete(DIGEST, 0, CONTENT.length);
        List<String> before = stores.files();

        complete(DIGEST, 0, CONTENT.length);

        assertThat(stores.files()).isEqualTo(before);
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> complete(Digest.of(bytes("x")), 0, 1));
    }

    @Test
    void completeBySha512IsKnownByBothDigests() {
        complete(SHA512, 0, CONTENT.length);

        assertStored(NAME, SHA512);
        assertStored(NAME, DIGEST);
        complete(SHA512, 0, CONTENT.length);
    }

    @Test
    void completeMayComeToAnotherInstance() {
        append(0, 60_000);
        Stores there = new Stores(root);

        new Uploads(there.uploads(), there.links(), there.blobs(), TestQuotas.none())
                .complete(NAME, id, DIGEST, Optional.empty(), Bodies.of(part(60_000, CONTENT.length)));

        assertStored(NAME, DIGEST);
        assertEnded();
    }

    @Test
    void cancelLeavesNothing() {
        append(0, 1000);
        uploads.cancel(NAME, id);

        assertEnded();
        assertThat(stores.files()).isEmpty();
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> uploads.cancel(NAME, id));
    }

    @Test
    void sessionIsOfOneRepository() {
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> uploads.status(OTHER, id));
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> uploads.cancel(OTHER, id));
        assertRefused(
                ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> uploads.append(OTHER, id, Optional.empty(), Bodies.of(CONTENT)));
        assertRefused(
                ErrorCode.BLOB_UPLOAD_UNKNOWN,
                () -> uploads.complete(OTHER, id, DIGEST, Optional.empty(), Bodies.of(CONTENT)));
        assertThat(uploads.status(NAME, id)).isZero();
    }

    @Test
    void mountGivesTheBlobToAnotherRepository() {
        complete(DIGEST, 0, CONTENT.length);

        assertThat(uploads.mount(OTHER, DIGEST, NAME)).isTrue();

        assertStored(OTHER, DIGEST);
    }

    @Test
    void mountBySha512LinksBoth() {
        complete(SHA512, 0, CONTENT.length);

        assertThat(uploads.mount(OTHER, SHA512, NAME)).isTrue();

        assertStored(OTHER, SHA512);
        assertStored(OTHER, DIGEST);
    }

    @Test
    void mountOfWhatTheSourceHasNotLinksNothing() {
        Digest gone = Digest.of(bytes("gone"));
        stores.links().putLayer(NAME, gone, gone);
        List<String> before = stores.files();

        assertThat(uploads.mount(OTHER, DIGEST, NAME)).isFalse();
        assertThat(uploads.mount(OTHER, gone, NAME)).isFalse();
        assertThat(stores.files()).isEqualTo(before);
    }

    private long append(int from, int to) {
        return uploads.append(NAME, id, Optional.empty(), Bodies.of(part(from, to)));
    }

    private long chunk(int from, int to) {
        return uploads.append(NAME, id, range(from, to), Bodies.of(part(from, to)));
    }

    private void complete(Digest digest, int from, int to) {
        uploads.complete(NAME, id, digest, Optional.empty(), Bodies.of(part(from, to)));
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(CONTENT, from, to);
    }

    private static Optional<ByteRange> range(int from, int to) {
        return Optional.of(new ByteRange(from, to - 1));
    }

    private void assertStored(RepositoryName name, Digest digest) {
        assertThat(stores.links()
                        .layer(name, digest)
                        .flatMap(stored -> stores.blobs().read(stored, CONTENT.length)))
                .hasValue(CONTENT);
    }

    private void assertEnded() {
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> uploads.status(NAME, id));
    }
}
