package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
    private static final Page ALL = new Page(1000, "");

    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final RepositoryName OTHER = RepositoryName.parse("b");
    private static final Tag LATEST = Tag.parse("latest");
    private static final Tag OLD = Tag.parse("old");
    private static final Digest MISSING = Digest.of(bytes("missing"));
    private static final Digest SUBJECT = Digest.of(bytes("a subject that is pushed later"));

    private static final Optional<String> ANY = Optional.empty();

    @TempDir
    Path root;

    private Stores stores;
    private Manifests manifests;
    private Digest config;
    private Digest layer;
    private Manifest image;

    @BeforeEach
    void pushBlobs() {
        stores = new Stores(root);
        manifests = new Manifests(
                stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, TestQuotas.none());
        config = stores.layer(NAME, bytes("{\"architecture\":\"amd64\",\"config\":{},\"rootfs\":{}}"));
        layer = stores.layer(NAME, bytes("layer"));
        image = Content.image(config, layer);
    }

    @Test
    void putByTagAlsoLinksTheDigest() {
        put(LATEST, image);

        assertServed(LATEST, image);
        assertServed(image.digest(), image);
    }

    @Test
    void putIsInTheTreeAsDockerDistributionHasIt() {
        List<String> before = stores.files();
        put(LATEST, image);
        String hex = image.digest().hex();
        String manifest = "repositories/a/_manifests/";

        assertThat(stores.files().stream().filter(file -> !before.contains(file)))
                .containsExactlyInAnyOrder(
                        "blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data",
                        manifest + "revisions/sha256/" + hex + "/link -> " + image.digest(),
                        manifest + "tags/latest/current/link -> " + image.digest(),
                        manifest + "tags/latest/index/sha256/" + hex + "/link -> " + image.digest());
    }

    @Test
    void putAgainChangesNothing() {
        put(LATEST, image);
        List<String> before = stores.files();
        put(LATEST, image);
        put(image.digest(), image);

        assertThat(stores.files()).isEqualTo(before);
    }

    @Test
    void deletesATagOnlyIfItNamesTheDigest() {
        put(LATEST, image);

        assertThat(manifests.delete(NAME, LATEST, MISSING, Origin.UNKNOWN)).isFalse();
        assertServed(LATEST, image);
        assertThat(manifests.delete(NAME, LATEST, image.digest(), Origin.UNKNOWN))
                .isTrue();
        assertThat(stores.tags().get(NAME, LATEST)).isEmpty();
        assertServed(image.digest(), image);
    }

    @Test
    void putByDigestMakesNoTag() {
        put(image.digest(), image);

        assertServed(image.digest(), image);
        assertThat(stores.tags().list(NAME, ALL, tag -> {}).entries()).isEmpty();
    }

    @Test
    void putByDigestWithTagsMakesThemAll() {
        manifests.put(NAME, image.digest(), List.of(LATEST, OLD), image);

        assertServed(LATEST, image);
        assertServed(OLD, image);
    }

    @Test
    void fixedTagIsMadeAndNotMoved() {
        Manifest other = Content.image(config);
        Predicate<Tag> fixed = LATEST::equals;
        manifests.put(NAME, LATEST, List.of(), image, fixed, child -> true);
        manifests.put(NAME, LATEST, List.of(), image, fixed, child -> true);
        List<String> before = stores.files();

        assertRefused(ErrorCode.DENIED, () -> manifests.put(NAME, LATEST, List.of(), other, fixed, child -> true));
        assertRefused(
                ErrorCode.DENIED,
                () -> manifests.put(NAME, other.digest(), List.of(OLD, LATEST), other, fixed, child -> true));
        assertThat(stores.files()).isEqualTo(before);

        manifests.put(NAME, OLD, List.of(), image, fixed, child -> true);
        manifests.put(NAME, OLD, List.of(), other, fixed, child -> true);
        assertServed(OLD, other);
        assertServed(LATEST, image);
    }

    @Test
    void putBySha512IsFoundByBothDigests() {
        Digest sha512 = Digest.of(Digest.Algorithm.SHA512, image.bytes());
        manifests.put(NAME, sha512, List.of(LATEST), image);

        assertServed(sha512, image);
        assertServed(image.digest(), image);
        assertThat(manifests.get(NAME, LATEST, ANY).bytes()).isEqualTo(image.bytes());
        assertThat(manifests.get(NAME, LATEST, ANY).digest()).isEqualTo(sha512);
    }

    @Test
    void aFixedTagThatWasPutBySha512MayBePutAgainByAnyDigest() {
        Digest sha512 = Digest.of(Digest.Algorithm.SHA512, image.bytes());
        manifests.put(NAME, sha512, List.of(LATEST), image, tag -> true, child -> true);

        manifests.put(NAME, LATEST, List.of(), image, tag -> true, child -> true);
        manifests.put(NAME, image.digest(), List.of(LATEST), image, tag -> true, child -> true);

        assertThat(manifests.get(NAME, LATEST, ANY).digest()).isEqualTo(sha512);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA256", "SHA512"})
    void deletingByEitherDigestDeletesATagOfSha512(String algorithm) {
        manifests.put(NAME, Digest.of(Digest.Algorithm.SHA512, image.bytes()), List.of(LATEST), image);

        manifests.delete(NAME, Digest.of(Digest.Algorithm.valueOf(algorithm), image.bytes()));

        assertUnknown(NAME, LATEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void putByAnotherDigestStoresNothing(String algorithm) {
        Digest wrong = Digest.of(Digest.Algorithm.parse(algorithm), bytes("something else"));
        Digest computed = Digest.of(wrong.algorithm(), image.bytes());

        assertThat(assertStoresNothing(ErrorCode.DIGEST_INVALID, wrong, image))
                .hasMessageContainingAll(wrong.toString(), computed.toString());
    }

    @Test
    void putWhoseReferencesAreMissingStoresNothing() {
        Manifest broken = Content.image(MISSING, layer, Digest.of(bytes("missing, too")));

        assertThat(assertStoresNothing(ErrorCode.MANIFEST_BLOB_UNKNOWN, LATEST, broken))
                .hasMessageContaining(MISSING.toString())
                .hasMessageContaining(Digest.of(bytes("missing, too")).toString())
                .message()
                .doesNotContain(layer.toString());
    }

    @Test
    void putWhoseReferencesAreInAnotherRepositoryStoresNothing() {
        Digest elsewhere = stores.layer(OTHER, bytes("elsewhere"));

        assertStoresNothing(ErrorCode.MANIFEST_BLOB_UNKNOWN, LATEST, Content.image(config, elsewhere));
    }

    @Test
    void putWhoseReferencesAreLinkedButGoneStoresNothing() {
        stores.links().putLayer(NAME, MISSING, MISSING);

        assertStoresNothing(ErrorCode.MANIFEST_BLOB_UNKNOWN, LATEST, Content.image(config, MISSING));
    }

    @Test
    void putOfAnIndexWantsItsChildren() {
        Manifest index = Content.index(image.digest());
        assertStoresNothing(ErrorCode.MANIFEST_BLOB_UNKNOWN, LATEST, index);

        put(image.digest(), image);
        put(LATEST, index);
        assertServed(LATEST, index);
    }

    @Test
    void putOfAnIndexTakesLayersAsSomeBuildersListThem() {
        Manifest cache = Content.index(layer);
        put(LATEST, cache);

        assertServed(LATEST, cache);
    }

    @Test
    void sparseIndexIsServedAndItsAbsentChildrenAreUnknownUntilTheyCome() {
        Manifest other = Content.image(config);
        Manifest index = Content.index(image.digest(), other.digest());
        put(image.digest(), image);
        assertRefused(
                ErrorCode.MANIFEST_BLOB_UNKNOWN,
                () -> put(LATEST, index, child -> child.digest().equals(other.digest())));

        put(LATEST, index, child -> child.digest().equals(image.digest()));

        assertServed(LATEST, index);
        assertServed(image.digest(), image);
        assertUnknown(NAME, other.digest());
        put(other.digest(), other);
        assertServed(other.digest(), other);
    }

    @Test
    void anIndexNeedsItsLayersThoughItNeedsNoChildren() {
        Manifest cache = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "manifests": [%s, %s]}""".formatted(
                        MediaType.OCI_INDEX,
                        Content.descriptor(MediaType.OCI_MANIFEST.value(), image.digest()),
                        Content.descriptor("application/vnd.oci.image.layer.v1.tar+gzip", MISSING)));

        assertThat(assertRefused(ErrorCode.MANIFEST_BLOB_UNKNOWN, () -> put(LATEST, cache, child -> false)))
                .hasMessageContaining(MISSING.toString())
                .message()
                .doesNotContain(image.digest().toString());
        assertUnknown(NAME, LATEST);
    }

    @Test
    void anImageNeedsItsLayersThoughIndexesNeedNoChildren() {
        assertRefused(
                ErrorCode.MANIFEST_BLOB_UNKNOWN, () -> put(LATEST, Content.image(config, MISSING), child -> false));
        assertRefused(
                ErrorCode.MANIFEST_BLOB_UNKNOWN, () -> put(LATEST, Content.image(MISSING, layer), child -> false));
    }

    @Test
    void clientThatKnowsNoListsGetsTheListWhereItsChildIsAbsent() {
        Manifest list =
                Content.manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "manifests": [
                  {"mediaType": "%s", "digest": "%s", "size": 1, "platform": {"os": "linux", "architecture": "amd64"}}]}""".formatted(MediaType.DOCKER_LIST, MediaType.DOCKER_MANIFEST, image.digest()));
        put(LATEST, list, child -> false);

        assertThat(get(LATEST, MediaType.DOCKER_MANIFEST.value()).digest()).isEqualTo(list.digest());
    }

    @Test
    void putDoesNotWantWhatLivesElsewhere() {
        Manifest foreign = Content.manifest("""
                {"schemaVersion": 2, "layers": [{"mediaType": "a/b", "digest": "%s", "urls": ["https://example.org"]}]}""".formatted(MISSING));
        put(LATEST, foreign);

        assertServed(LATEST, foreign);
    }

    @Test
    void putWithASubjectIndexesItThoughItIsMissing() {
        Manifest artifact = Content.artifact("a/b", SUBJECT, "one");
        put(artifact.digest(), artifact);

        assertThat(stores.referrers().list(NAME, SUBJECT, ALL).entries()).containsExactly(artifact.digest());
    }

    @Test
    void getOfWhatIsNotThereIsUnknown() {
        put(LATEST, image);

        assertUnknown(NAME, OLD);
        assertUnknown(NAME, MISSING);
        assertUnknown(OTHER, LATEST);
        assertUnknown(OTHER, image.digest());
    }

    @Test
    void getOfABlobIsUnknown() {
        assertUnknown(NAME, config);
        assertUnknown(NAME, layer);
    }

    @Test
    void getOfWhatABrokenTreeHasIsUnknown() throws IOException {
        Digest broken = stores.layer(NAME, bytes("[not a manifest]"));
        stores.links().putRevision(NAME, broken, broken);
        stores.links().putRevision(NAME, MISSING, MISSING);
        stores.tags().put(NAME, LATEST, MISSING);
        stores.write("repositories/a/_manifests/tags/old/current/link", "");

        assertUnknown(NAME, broken);
        assertUnknown(NAME, MISSING);
        assertUnknown(NAME, LATEST);
        assertUnknown(NAME, OLD);
    }

    @Test
    void manifestThatDockerDistributionLinkedAsLayerIsServed() {
        Digest digest = stores.layer(NAME, image.bytes());

        assertServed(digest, image);
    }

    @Test
    void moveOfATagLeavesWhatItNamed() {
        put(LATEST, image);
        Manifest next = Content.index(image.digest());
        put(LATEST, next);

        assertServed(LATEST, next);
        assertServed(image.digest(), image);
    }

    @Test
    void clientThatKnowsNoListsGetsTheChildForAmd64() {
        Manifest list = pushDockerList("arm64", "amd64");

        assertThat(get(LATEST, "application/vnd.docker.distribution.manifest.v2+json")
                        .digest())
                .isEqualTo(image.digest());
        assertThat(get(LATEST, MediaType.DOCKER_MANIFEST + ", " + MediaType.DOCKER_LIST)
                        .digest())
                .isEqualTo(list.digest());
        assertThat(get(LATEST, "*/*").digest()).isEqualTo(list.digest());
        assertThat(get(LATEST, "text/html").digest()).isEqualTo(list.digest());
        assertThat(manifests.get(NAME, LATEST, ANY).digest()).isEqualTo(list.digest());
    }

    @Test
    void whoAsksByDigestGetsWhatTheDigestNames() {
        Manifest list = pushDockerList("amd64");

        assertThat(get(list.digest(), MediaType.DOCKER_MANIFEST.value()).digest())
                .isEqualTo(list.digest());
    }

    @Test
    void clientThatKnowsNoListsGetsTheListWhereThereIsNoChildForAmd64() {
        Manifest list = pushDockerList("arm64");

        assertThat(get(LATEST, MediaType.DOCKER_MANIFEST.value()).digest()).isEqualTo(list.digest());
    }

    @Test
    void indexIsNeverExchangedForAChild() {
        put(image.digest(), image);
        Manifest index = Content.index(image.digest());
        put(LATEST, index);

        assertThat(get(LATEST, MediaType.OCI_MANIFEST.value()).digest()).isEqualTo(index.digest());
    }

    @Test
    void deleteByTagKeepsTheManifestAndOtherTags() {
        manifests.put(NAME, image.digest(), List.of(LATEST, OLD), image);

        manifests.delete(NAME, LATEST);

        assertUnknown(NAME, LATEST);
        assertServed(OLD, image);
        assertServed(image.digest(), image);
        assertRefused(ErrorCode.MANIFEST_UNKNOWN, () -> manifests.delete(NAME, LATEST));
    }

    @Test
    void deleteByDigestTakesTheTagsThatNameItAndNoOthers() {
        Manifest index = Content.manifest("{\"schemaVersion\": 2, \"manifests\": []}");
        manifests.put(NAME, image.digest(), List.of(LATEST, OLD), image);
        put(OLD, index);

        manifests.delete(NAME, image.digest());

        assertUnknown(NAME, image.digest());
        assertUnknown(NAME, LATEST);
        assertServed(OLD, index);
        assertThat(stores.tags().list(NAME, ALL, tag -> {}).entries()).containsExactly(OLD);
        assertRefused(ErrorCode.MANIFEST_UNKNOWN, () -> manifests.delete(NAME, image.digest()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void deleteByOneDigestDeletesUnderAll(String algorithm) {
        Digest sha512 = Digest.of(Digest.Algorithm.SHA512, image.bytes());
        manifests.put(NAME, sha512, List.of(LATEST), image);

        manifests.delete(NAME, Digest.of(Digest.Algorithm.parse(algorithm), image.bytes()));

        assertUnknown(NAME, sha512);
        assertUnknown(NAME, image.digest());
        assertUnknown(NAME, LATEST);
    }

    @Test
    void deleteKeepsTheManifestForOtherRepositories() {
        stores.layer(OTHER, bytes("layer"));
        Manifest shared = Content.manifest("{\"schemaVersion\": 2, \"manifests\": []}");
        put(LATEST, shared);
        manifests.put(OTHER, LATEST, List.of(), shared);

        manifests.delete(NAME, shared.digest());

        assertThat(manifests.get(OTHER, LATEST, ANY).bytes()).isEqualTo(shared.bytes());
    }

    @Test
    void deleteTakesAnArtifactOutOfItsSubjectsReferrers() {
        Manifest one = Content.artifact("a/b", SUBJECT, "one");
        Manifest two = Content.artifact("a/b", SUBJECT, "two");
        put(one.digest(), one);
        put(two.digest(), two);

        manifests.delete(NAME, one.digest());

        assertThat(stores.referrers().list(NAME, SUBJECT, ALL).entries()).containsExactly(two.digest());
    }

    @Test
    void deleteOfALayerIsUnknownAndDeletesNothing() {
        put(LATEST, image);
        List<String> before = stores.files();

        assertRefused(ErrorCode.MANIFEST_UNKNOWN, () -> manifests.delete(NAME, layer));
        assertRefused(ErrorCode.MANIFEST_UNKNOWN, () -> manifests.delete(OTHER, image.digest()));
        assertThat(stores.files()).isEqualTo(before);
    }

    @Test
    void deleteOfAManifestWhoseBytesAreGoneTakesItsLink() {
        stores.links().putRevision(NAME, MISSING, MISSING);
        stores.tags().put(NAME, LATEST, MISSING);

        manifests.delete(NAME, MISSING);

        assertThat(stores.links().revision(NAME, MISSING)).isEmpty();
        assertThat(stores.tags().list(NAME, ALL, tag -> {}).entries()).isEmpty();
    }

    @Test
    void deleteTakesAManifestThatWasPushedAsABlobToo() {
        stores.layer(NAME, image.bytes());
        put(LATEST, image);

        manifests.delete(NAME, image.digest());

        assertUnknown(NAME, image.digest());
        assertUnknown(NAME, LATEST);
    }

    @Test
    void deleteTakesAManifestThatWasOnlyPushedAsABlob() {
        stores.layer(NAME, image.bytes());

        manifests.delete(NAME, image.digest());

        assertUnknown(NAME, image.digest());
    }

    @Test
    void putFindsABlobThatWasCutAndMakesItUnknown() throws IOException {
        stores.write("blobs/sha256/" + layer.hex().substring(0, 2) + "/" + layer.hex() + "/data", "lay");

        assertRefused(ErrorCode.MANIFEST_BLOB_UNKNOWN, () -> put(LATEST, image));

        assertUnknown(NAME, LATEST);
        assertThat(stores.blobs().size(layer)).isEmpty();
    }

    @Test
    void getFindsABlobThatWasCutAndMakesItUnknown() throws IOException {
        Manifest sized = sized(layer, 5);
        put(LATEST, sized);
        stores.write("blobs/sha256/" + layer.hex().substring(0, 2) + "/" + layer.hex() + "/data", "lay");

        assertServed(LATEST, sized);

        assertThat(stores.blobs().size(layer)).isEmpty();
    }

    @Test
    void getFindsACutBlobThatIsKnownByALongerDigest() throws IOException {
        Digest longer = Digest.of(Digest.Algorithm.SHA512, bytes("layer"));
        stores.links().putLayer(NAME, longer, layer);
        put(LATEST, sized(longer, 5));
        stores.write("blobs/sha256/" + layer.hex().substring(0, 2) + "/" + layer.hex() + "/data", "lay");

        manifests.get(NAME, LATEST, ANY);

        assertThat(stores.blobs().size(layer)).isEmpty();
    }

    @Test
    void getLeavesABlobBeOfWhichTheManifestClaimsAnotherSize() {
        put(LATEST, sized(layer, 6));

        manifests.get(NAME, LATEST, ANY);

        assertThat(stores.blobs().size(layer)).hasValue(5L);
    }

    @Test
    void manifestsThatClaimWrongSizesHaveABlobReadOnceForAll() throws IOException {
        for (int wrong : new int[] {6, 7}) {
            put(Tag.parse("wrong-" + wrong), sized(layer, wrong));
        }
        manifests.get(NAME, Tag.parse("wrong-6"), ANY);
        stores.write("blobs/sha256/" + layer.hex().substring(0, 2) + "/" + layer.hex() + "/data", "lay");
        manifests.get(NAME, Tag.parse("wrong-7"), ANY);

        assertThat(stores.blobs().size(layer)).as("was not read again").hasValue(3L);
    }

    private Manifest sized(Digest digest, long size) {
        return Content.manifest("""
                {"schemaVersion": 2, "layers": [{"digest": "%s", "size": %d}]}""".formatted(digest, size));
    }

    @Test
    void deleteOfADeadInstanceHoldsUpNobody() throws IOException {
        put(LATEST, image);
        Path mark = stores.write(
                "repositories/a/_manifests/revisions/sha256/" + image.digest().hex() + "/delete-1", "another host 1 1");
        Files.setLastModifiedTime(mark, FileTime.from(Instant.now().minusSeconds(31)));

        put(OLD, image);

        assertServed(OLD, image);
        assertThat(mark).doesNotExist();
    }

    private void put(Reference reference, Manifest manifest) {
        manifests.put(NAME, reference, List.of(), manifest);
    }

    private void put(Reference reference, Manifest manifest, Predicate<Descriptor> isNeeded) {
        manifests.put(NAME, reference, List.of(), manifest, tag -> false, isNeeded);
    }

    private Manifests.Served get(Reference reference, String accept) {
        return manifests.get(NAME, reference, Optional.of(accept));
    }

    /** The child for amd64 is the image. */
    private Manifest pushDockerList(String... architectures) {
        Manifest another = Content.image(config);
        put(image.digest(), image);
        put(another.digest(), another);
        List<String> children = List.of(architectures).stream()
                .map(architecture -> """
                        {"mediaType": "%s", "digest": "%s", "size": 1, "platform": {"os": "linux", "architecture": "%s"}}""".formatted(
                                MediaType.DOCKER_MANIFEST,
                                (architecture.equals("amd64") ? image : another).digest(),
                                architecture))
                .toList();
        Manifest list = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "manifests": [%s]}""".formatted(MediaType.DOCKER_LIST, String.join(",", children)));
        put(LATEST, list);
        return list;
    }

    private RegistryException assertStoresNothing(ErrorCode code, Reference reference, Manifest manifest) {
        List<String> before = stores.files();
        RegistryException refusal = assertRefused(code, () -> put(reference, manifest));
        assertThat(stores.files()).isEqualTo(before);
        return refusal;
    }

    private void assertServed(Reference reference, Manifest manifest) {
        Manifests.Served served = manifests.get(NAME, reference, ANY);
        assertThat(served.bytes()).isEqualTo(manifest.bytes());
        assertThat(served.mediaType()).isEqualTo(manifest.mediaType());
        assertThat(served.digest()).isEqualTo(reference instanceof Digest digest ? digest : manifest.digest());
    }

    private void assertUnknown(RepositoryName name, Reference reference) {
        assertThat(assertRefused(ErrorCode.MANIFEST_UNKNOWN, () -> manifests.get(name, reference, ANY)))
                .hasMessageContaining(reference.toString());
    }

    @Test
    void deletesLeaveNoDirectoriesOfWhatTheyDelete() throws IOException {
        Manifest referrer = Content.artifact("a/b", image.digest(), "says");
        put(LATEST, image);
        put(referrer.digest(), referrer);
        new Blobs(stores.blobs(), stores.links(), event -> {}).delete(NAME, layer);
        manifests.delete(NAME, referrer.digest());
        manifests.delete(NAME, image.digest());

        try (Stream<Path> all = Files.walk(stores.at("repositories"))) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .doesNotContain(
                            "latest",
                            layer.hex(),
                            image.digest().hex(),
                            referrer.digest().hex())
                    .contains(config.hex());
        }
    }
}
