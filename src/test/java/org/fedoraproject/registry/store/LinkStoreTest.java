package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.testing.Interleaver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LinkStoreTest {
    private static final RepositoryName NAME = RepositoryName.parse("a/b");
    private static final Digest DIGEST = Digest.of(bytes("content"));
    private static final Digest SHA512 = Digest.of(Digest.Algorithm.SHA512, bytes("content"));

    private static final String LAYER = "repositories/a/b/_layers/sha256/" + DIGEST.hex() + "/link";

    @TempDir
    Path root;

    private Stores stores;
    private LinkStore links;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        links = stores.links();
    }

    @Test
    void layerIsLinkedAsDockerDistributionDoes() {
        links.putLayer(NAME, DIGEST, DIGEST);

        assertThat(stores.files()).containsExactly(LAYER + " -> " + DIGEST);
        assertThat(links.layer(NAME, DIGEST)).hasValue(DIGEST);
        stores.assertNoLeftovers();
    }

    @Test
    void linkLeadsToTheDigestThatTheBlobIsStoredUnder() {
        links.putLayer(NAME, SHA512, DIGEST);
        links.putRevision(NAME, SHA512, DIGEST);

        assertThat(links.layer(NAME, SHA512)).hasValue(DIGEST);
        assertThat(links.revision(NAME, SHA512)).hasValue(DIGEST);
        assertThat(links.layer(NAME, DIGEST)).isEmpty();
    }

    @Test
    void layersAndRevisionsAreOfOneRepository() {
        links.putLayer(NAME, DIGEST, DIGEST);
        links.putRevision(NAME, DIGEST, DIGEST);

        for (String other : new String[] {"a", "a/b/c", "b"}) {
            assertThat(links.layer(RepositoryName.parse(other), DIGEST)).isEmpty();
            assertThat(links.revision(RepositoryName.parse(other), DIGEST)).isEmpty();
        }
    }

    @Test
    void manifestLinkedAsLayerIsFound() {
        links.putLayer(NAME, DIGEST, DIGEST);

        assertThat(links.revision(NAME, DIGEST)).hasValue(DIGEST);
    }

    @Test
    void manifestIsNoLayer() {
        links.putRevision(NAME, DIGEST, DIGEST);

        assertThat(links.layer(NAME, DIGEST)).isEmpty();
    }

    @Test
    void deleteTellsWhetherThereWasOne() {
        links.putLayer(NAME, DIGEST, DIGEST);
        links.putRevision(NAME, DIGEST, DIGEST);

        assertThat(links.deleteRevision(NAME, DIGEST)).isTrue();
        assertThat(links.deleteRevision(NAME, DIGEST)).isFalse();
        assertThat(links.layer(NAME, DIGEST)).hasValue(DIGEST);
        assertThat(links.deleteLayer(NAME, DIGEST)).isTrue();
        assertThat(links.deleteLayer(NAME, DIGEST)).isFalse();
        assertThat(stores.files()).isEmpty();
    }

    @Test
    void putLeavesALinkThatSaysTheSame() throws IOException {
        links.putLayer(NAME, DIGEST, DIGEST);
        FileTime old = FileTime.from(Instant.now().minus(Stores.GRACE.dividedBy(3)));
        Files.setLastModifiedTime(stores.at(LAYER), old);

        links.putLayer(NAME, DIGEST, DIGEST);

        assertThat(Files.getLastModifiedTime(stores.at(LAYER))).isEqualTo(old);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("\0".repeat(71), "zeros, as a crash leaves them"),
                Arguments.of("garbage", "garbage"),
                Arguments.of(DIGEST.hex(), "no algorithm"),
                Arguments.of(DIGEST.toString().substring(0, 40), "cut short"),
                Arguments.of(DIGEST + "\n", "a line end behind"),
                Arguments.of("tarsum.v1+sha256:" + DIGEST.hex(), "an algorithm of old"),
                Arguments.of(("" + DIGEST).repeat(1000), "longer than any digest"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("broken")
    void brokenLinkCountsAsMissingUntilItIsPutAgain(String content, String why) throws IOException {
        stores.write(LAYER, content);

        assertThat(links.layer(NAME, DIGEST)).isEmpty();
        assertThat(links.revision(NAME, DIGEST)).isEmpty();

        links.putLayer(NAME, DIGEST, DIGEST);
        assertThat(links.layer(NAME, DIGEST)).hasValue(DIGEST);
    }

    @Test
    void directoryInPlaceOfALinkCountsAsMissing() throws IOException {
        Files.createDirectories(stores.at(LAYER));

        assertThat(links.layer(NAME, DIGEST)).isEmpty();
        assertThat(links.revision(NAME, DIGEST)).isEmpty();
    }

    @Test
    void fileInPlaceOfADirectoryCountsAsMissing() throws IOException {
        stores.write("repositories/a/b/_layers/sha256", "");

        assertThat(links.layer(NAME, DIGEST)).isEmpty();
        assertThat(links.deleteLayer(NAME, DIGEST)).isFalse();
    }

    @Test
    void brokenRevisionDoesNotHideTheLayer() throws IOException {
        links.putLayer(NAME, DIGEST, DIGEST);
        stores.write("repositories/a/b/_manifests/revisions/sha256/" + DIGEST.hex() + "/link", "");

        assertThat(links.revision(NAME, DIGEST)).hasValue(DIGEST);
    }

    @Test
    void deletedLayerDoesNotComeBackFromTheTrash() throws Exception {
        int tried = Interleaver.explore(3, steps -> {
            links.putLayer(NAME, DIGEST, DIGEST);
            Path trashed = root.resolve(".trash/" + LAYER);
            Files.createDirectories(trashed.getParent());
            Files.copy(stores.at(LAYER), trashed, StandardCopyOption.REPLACE_EXISTING);
            LinkStore deleting = new Stores(root, steps).links();
            LinkStore asking = new Stores(root, steps).links();
            return new Interleaver.Operations() {
                @Override
                public List<Runnable> all() {
                    return List.of(
                            () -> deleting.deleteLayer(NAME, DIGEST),
                            () -> asking.layer(NAME, DIGEST),
                            () -> asking.layer(NAME, DIGEST));
                }

                @Override
                public void check(String schedule) {
                    assertThat(links.layer(NAME, DIGEST)).as(schedule).isEmpty();
                }
            };
        });
        assertThat(tried).isGreaterThan(10);
    }
}
