package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasesTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final byte[] CONTENT = bytes("content");
    private static final Digest DIGEST = Digest.of(CONTENT);
    private static final String DATA = "blobs/sha256/" + DIGEST.hex().substring(0, 2) + "/" + DIGEST.hex() + "/data";
    private static final String LINK = "repositories/a/_layers/sha256/" + DIGEST.hex() + "/link";
    private final Instant old = Instant.now().minus(Stores.GRACE.multipliedBy(2));
    private final Instant notOld = Instant.now().minus(Stores.GRACE.dividedBy(3));

    @TempDir
    Path root;

    private Stores stores;
    private Path data;
    private Path link;

    @BeforeEach
    void push() throws IOException {
        stores = new Stores(root);
        stores.layer(NAME, CONTENT);
        data = stores.at(DATA);
        link = stores.at(LINK);
        age(data, old);
        age(link, old);
    }

    @Test
    void askingForABlobTouchesIt() throws IOException {
        assertThat(stores.blobs().size(DIGEST)).hasValue((long) CONTENT.length);
        assertYoung(data);

        age(data, old);
        stores.blobs().open(DIGEST).orElseThrow().close();
        assertYoung(data);
    }

    @Test
    void askingForALinkTouchesIt() throws IOException {
        assertThat(stores.links().layer(NAME, DIGEST)).hasValue(DIGEST);

        assertYoung(link);
    }

    @Test
    void linksThatNoCollectionTakesAreNotTouched() throws IOException {
        Tag tag = Tag.parse("t");
        stores.links().putRevision(NAME, DIGEST, DIGEST);
        stores.tags().put(NAME, tag, DIGEST);
        List<Path> links = List.of(
                stores.at("repositories/a/_manifests/revisions/sha256/" + DIGEST.hex() + "/link"),
                stores.at("repositories/a/_manifests/tags/t/current/link"));
        for (Path each : links) {
            age(each, old);
        }

        stores.links().putRevision(NAME, DIGEST, DIGEST);
        stores.tags().put(NAME, tag, DIGEST);
        assertThat(stores.links().revision(NAME, DIGEST)).hasValue(DIGEST);
        assertThat(stores.tags().get(NAME, tag)).hasValue(DIGEST);

        for (Path each : links) {
            assertThat(modified(each)).as(each.toString()).isBefore(notOld);
        }
    }

    @Test
    void whatIsYoungIsNotTouched() throws IOException {
        age(data, notOld);
        age(link, notOld);

        assertThat(stores.links().layer(NAME, DIGEST).flatMap(stores.blobs()::size))
                .isPresent();

        assertThat(modified(data)).isEqualTo(notOld);
        assertThat(modified(link)).isEqualTo(notOld);
    }

    @Test
    void pushAgainTouches() throws IOException {
        stores.layer(NAME, CONTENT);

        assertYoung(data);
        assertYoung(link);
    }

    @Test
    void uploadOfOldBytesIsAYoungBlob() throws IOException {
        byte[] other = bytes("other");
        Path file = stores.write("repositories/a/_uploads/1/data", "other");
        age(file, old);

        stores.blobs().adopt(file, Digest.of(other), other.length);

        assertThat(modified(stores.at("blobs/sha256/" + Digest.of(other).hex().substring(0, 2) + "/"
                        + Digest.of(other).hex() + "/data")))
                .isAfter(notOld);
    }

    @Test
    void whatIsInTheTrashIsFoundAndYoung() throws IOException {
        trash(data);
        trash(link);
        assertThat(stores.files()).isEmpty();

        assertThat(stores.links().layer(NAME, DIGEST).flatMap(stores.blobs()::size))
                .hasValue((long) CONTENT.length);

        assertYoung(data);
        assertYoung(link);
        assertThat(root.resolve(".trash/" + DATA)).doesNotExist();
        assertThat(root.resolve(".trash/" + LINK)).doesNotExist();
    }

    @Test
    void manifestInTheTrashIsRead() throws IOException {
        trash(data);

        assertThat(stores.blobs().read(DIGEST, 100)).hasValue(CONTENT);
    }

    @Test
    void directoryThatWasRemovedIsMadeAgain() throws IOException {
        trash(data);
        Files.delete(data.getParent());

        assertThat(stores.blobs().size(DIGEST)).isPresent();
    }

    @Test
    void deletedLinkDoesNotComeBackFromTheTrash() throws IOException {
        trash(link);

        assertThat(stores.links().deleteLayer(NAME, DIGEST)).isTrue();

        assertThat(stores.links().layer(NAME, DIGEST)).isEmpty();
    }

    @Test
    void whatWasPushedAgainIsNotReplacedFromTheTrash() throws IOException {
        Files.write(link, new byte[0]);
        age(link, old);
        trash(link);
        stores.links().putLayer(NAME, DIGEST, DIGEST);

        stores.storage().use(connection -> stores.trash().restore(connection, root.resolve(".trash/" + LINK), link));

        assertThat(stores.links().layer(NAME, DIGEST)).hasValue(DIGEST);
    }

    @Test
    void collectionPutsBackWhatWasTouched() throws IOException {
        age(data, notOld);

        assertThat(put(data)).isFalse();

        assertThat(data).hasBinaryContent(CONTENT);
        assertThat(root.resolve(".trash/" + DATA)).doesNotExist();
    }

    @Test
    void purgeLeavesWhatCameIntoTheTrashRecently() throws IOException {
        trash(data);
        Path trashed = root.resolve(".trash/" + DATA);

        assertThat(purge(trashed, Instant.now().minusSeconds(60))).isFalse();
        assertThat(trashed).exists();

        assertThat(purge(trashed, Instant.now().plusSeconds(60))).isTrue();
        assertThat(trashed.getParent()).doesNotExist();
        assertThat(data.getParent()).doesNotExist();
    }

    @Test
    void purgeLeavesWhatWasTouchedInTheTrash() throws IOException {
        trash(data);
        Path trashed = root.resolve(".trash/" + DATA);
        age(trashed, Instant.now().plusSeconds(120));

        assertThat(purge(trashed, Instant.now().plusSeconds(60))).isFalse();
    }

    @Test
    void blobIsClosedIfItsLeaseFails() throws IOException {
        stores.leases().pauseWhile(() -> {
            throw new IllegalStateException("fails");
        });

        assertThatThrownBy(() -> stores.blobs().open(DIGEST)).hasMessage("fails");

        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(Files::isSymbolicLink).map(LeasesTest::target))
                    .doesNotContain(data.toString());
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    @Test
    void pauseAnswersWithoutATouch() throws IOException {
        stores.leases().pauseWhile(() -> true);
        Leases.Watch watch = stores.leases().watch();
        assertThat(watch.isBroken()).isFalse();

        assertThat(stores.blobs().size(DIGEST)).isPresent();

        assertThat(modified(data)).isEqualTo(old);
        assertThat(watch.isBroken()).isTrue();
    }

    /** Or else pulls would fail while the registry is read-only. */
    @Test
    void whatIsInTheTrashIsFoundWhileNothingIsTouched() {
        trash(data);
        stores.leases().pauseWhile(() -> true);

        assertThat(stores.blobs().size(DIGEST)).hasValue((long) CONTENT.length);
    }

    private void trash(Path file) {
        assertThat(put(file)).isTrue();
    }

    private boolean put(Path file) {
        return stores.storage().use(connection -> stores.trash().put(connection, file, notOld.minusSeconds(60)));
    }

    private boolean purge(Path trashed, Instant before) {
        return stores.storage().use(connection -> stores.trash().purge(connection, trashed, before));
    }

    private static void age(Path file, Instant time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    private static Instant modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }

    private void assertYoung(Path file) throws IOException {
        assertThat(modified(file)).isAfter(notOld);
    }
}
