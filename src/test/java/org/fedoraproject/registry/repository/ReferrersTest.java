package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferrersTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final Digest SUBJECT = Digest.of(bytes("subject"));
    private static final Page ALL = new Page(Integer.MAX_VALUE, "");

    private static final int MAX = Manifest.MAX_SIZE;

    private static final Manifest SIGNATURE = Content.artifact("application/signature", SUBJECT, "one");
    private static final Manifest SBOM = Content.artifact("application/sbom", SUBJECT, "one");
    private static final Manifest SECOND_SBOM = Content.artifact("application/sbom", SUBJECT, "two");

    @TempDir
    Path root;

    private int uses;
    private final Steps counting = new Steps() {
        @Override
        public void next() {
            uses++;
        }

        @Override
        public boolean await() {
            return false;
        }
    };

    private boolean readOnly;
    private Stores stores;
    private Manifests manifests;
    private Referrers referrers;

    @BeforeEach
    void open() {
        stores = new Stores(root, counting);
        manifests = new Manifests(
                stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, TestQuotas.none());
        referrers = new Referrers(
                stores.referrers(), stores.links(), stores.tags(), stores.blobs(), new HeapBudget(), () -> readOnly);
    }

    @Test
    void describesAReferrerFromItsOwnBytes() {
        push(SIGNATURE);

        Page.Entries<Referrer> found = referrers.list(NAME, SUBJECT, Optional.empty(), ALL, MAX);
        assertThat(found.more()).isFalse();
        assertThat(found.entries())
                .singleElement()
                .extracting(entry -> new String(entry.json(), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {"mediaType":"%s","digest":"%s","size":%d,"artifactType":"application/signature",\
                        "annotations":{"note":"one"}}""".formatted(MediaType.OCI_MANIFEST, SIGNATURE.digest(), SIGNATURE.bytes().length));
    }

    @Test
    void ofAFallbackIndexOnlyWhatHasTheSubjectIsAReferrer() {
        Manifest other = Content.artifact("application/sbom", SIGNATURE.digest(), "one");
        pushWithoutIndexing(other);
        pushWithoutIndexing(SBOM);
        tag("sha256-" + SUBJECT.hex(), Content.index(other.digest(), SBOM.digest()));

        assertThat(list(SUBJECT)).containsExactly(SBOM.digest());
    }

    @Test
    void anEntryOfAFallbackIndexThatCannotBeReadCostsOnlyItself() {
        pushWithoutIndexing(SBOM);
        tagStored("sha256-" + SUBJECT.hex(), """
                {"schemaVersion": 2, "manifests": [null, 1, {}, {"digest": "x", "size": "y"}, \
                {"digest": "%s", "artifactType": 7, "annotations": {"a": 1}}]}""".formatted(SBOM.digest()));

        assertThat(list(SUBJECT)).containsExactly(SBOM.digest());
    }

    @Test
    void aPageEndsBeforeItsBytesAreTooMany() {
        push(SIGNATURE, SBOM, SECOND_SBOM);
        List<Digest> seen = new ArrayList<>();
        Page.Entries<Referrer> page = referrers.list(NAME, SUBJECT, Optional.empty(), ALL, 500);
        while (page.more()) {
            seen.addAll(digests(page));
            page = referrers.list(
                    NAME,
                    SUBJECT,
                    Optional.empty(),
                    new Page(100, seen.getLast().toString()),
                    500);
        }

        assertThat(seen).hasSize(2);
        assertThat(digests(page)).hasSize(1);
    }

    @Test
    void aReferrerThatIsTooLongForAPageIsListedWithoutAnnotations() {
        push(SIGNATURE);

        assertThat(referrers.list(NAME, SUBJECT, Optional.empty(), ALL, 200).entries())
                .singleElement()
                .extracting(entry -> new String(entry.json(), StandardCharsets.UTF_8))
                .asString()
                .contains("application/signature")
                .doesNotContain("annotations");
    }

    @Test
    void whatNobodyRefersToHasNone() {
        push(SIGNATURE);

        assertThat(list(SIGNATURE.digest())).isEmpty();
        assertThat(referrers
                        .list(RepositoryName.parse("b"), SUBJECT, Optional.empty(), ALL, MAX)
                        .entries())
                .isEmpty();
    }

    @Test
    void filterGivesThoseOfTheTypeOnly() {
        push(SIGNATURE, SBOM, SECOND_SBOM);

        assertThat(filtered("application/sbom")).containsExactlyElementsOf(sorted(SBOM, SECOND_SBOM));
        assertThat(filtered("application/signature")).containsExactly(SIGNATURE.digest());
        assertThat(filtered("application/other")).isEmpty();
    }

    @Test
    void pagesAreInTheOrderOfTheDigests() {
        push(SIGNATURE, SBOM, SECOND_SBOM);
        List<Digest> seen = new ArrayList<>();
        Page page = new Page(2, "");
        Page.Entries<Referrer> first = referrers.list(NAME, SUBJECT, Optional.empty(), page, MAX);
        first.entries().forEach(entry -> seen.add(entry.digest()));
        Page.Entries<Referrer> second = referrers.list(
                NAME, SUBJECT, Optional.empty(), new Page(2, seen.getLast().toString()), MAX);
        second.entries().forEach(entry -> seen.add(entry.digest()));

        assertThat(first.more()).isTrue();
        assertThat(second.more()).isFalse();
        assertThat(seen).isEqualTo(sorted(SIGNATURE, SBOM, SECOND_SBOM));
    }

    @Test
    void fallbackTagIsTakenIn() {
        push(SIGNATURE);
        pushWithoutIndexing(SBOM);
        tag("sha256-" + SUBJECT.hex(), Content.index(SIGNATURE.digest(), SBOM.digest()));

        assertThat(list(SUBJECT)).isEqualTo(sorted(SIGNATURE, SBOM));
        assertThat(filtered("application/sbom")).containsExactly(SBOM.digest());
    }

    @Test
    void fallbackTagOfSha512HasTheFirst64Digits() {
        Digest subject = Digest.of(Digest.Algorithm.SHA512, bytes("subject"));
        Manifest sbom = Content.artifact("application/sbom", subject, "one");
        pushWithoutIndexing(sbom);
        tag("sha512-" + subject.hex().substring(0, 64), Content.index(sbom.digest()));

        assertThat(list(subject)).containsExactly(sbom.digest());
    }

    @Test
    void fallbackTagThatNamesNoIndexIsNoFault() {
        push(SIGNATURE);
        stores.tags().put(NAME, Tag.parse("sha256-" + SUBJECT.hex()), stores.layer(NAME, bytes("garbage")));

        assertThat(list(SUBJECT)).containsExactly(SIGNATURE.digest());
    }

    @Test
    void referrersThatAreGoneAreLeftOut() {
        push(SIGNATURE, SBOM);
        stores.links().deleteRevision(NAME, SBOM.digest());
        Digest garbage = stores.layer(NAME, bytes("garbage"));
        stores.referrers().put(NAME, SUBJECT, garbage);

        assertThat(list(SUBJECT)).containsExactly(SIGNATURE.digest());
    }

    @Test
    void filteredPageReadsNoneOfOtherTypes() {
        push(SIGNATURE);
        int alone = usesOf("application/signature");
        for (int i = 0; i < 200; i++) {
            push(Content.artifact("application/sbom", SUBJECT, "number " + i));
        }

        assertThat(usesOf("application/signature")).isEqualTo(alone);
        assertThat(usesOf("application/other")).isLessThan(alone);
    }

    @Test
    void filterFindsTheTypeInAnyCase() {
        push(SIGNATURE, SBOM);

        assertThat(filtered("Application/SBOM")).containsExactly(SBOM.digest());
    }

    /** As pushed by an older version, or by a push that was interrupted. */
    @Test
    void typeThatIsMissingInTheIndexIsFoundAndAdded() throws IOException {
        push(SIGNATURE, SBOM, SECOND_SBOM);
        deleteType(SIGNATURE);
        deleteType(SBOM);

        assertThat(filtered("application/sbom")).containsExactlyElementsOf(sorted(SBOM, SECOND_SBOM));
        assertThat(filtered("application/signature")).containsExactly(SIGNATURE.digest());
        assertThat(types()).hasSize(3);
    }

    @Test
    void listAddsNoTypeWhileTheRegistryIsReadOnly() throws IOException {
        push(SIGNATURE, SBOM);
        deleteType(SIGNATURE);
        readOnly = true;

        assertThat(filtered("application/signature")).containsExactly(SIGNATURE.digest());
        assertThat(types()).hasSize(1);
    }

    /** As an older version leaves it when it deletes the referrer. */
    @Test
    void typeAloneMakesNoReferrer() throws IOException {
        push(SIGNATURE, SBOM);
        Files.delete(index().resolve(SBOM.digest().toString().replace(':', '-')));

        assertThat(filtered("application/sbom")).isEmpty();
        assertThat(list(SUBJECT)).containsExactly(SIGNATURE.digest());
    }

    @Test
    void deletedReferrerLeavesNothingInTheIndex() {
        push(SIGNATURE, SBOM);
        manifests.delete(NAME, SBOM.digest());

        assertThat(types()).hasSize(1);
        assertThat(filtered("application/sbom")).isEmpty();
    }

    @Test
    void filteredPagesGoOnBehindTheLastDigest() {
        push(SIGNATURE, SBOM, SECOND_SBOM);
        Optional<String> sbom = Optional.of("application/sbom");
        Page.Entries<Referrer> first = referrers.list(NAME, SUBJECT, sbom, new Page(1, ""), MAX);
        Page after = new Page(1, digests(first).getFirst().toString());
        Page.Entries<Referrer> second = referrers.list(NAME, SUBJECT, sbom, after, MAX);

        assertThat(first.more()).isTrue();
        assertThat(second.more()).isFalse();
        assertThat(Stream.of(first, second).flatMap(page -> digests(page).stream()))
                .containsExactlyElementsOf(sorted(SBOM, SECOND_SBOM));
    }

    @Test
    void indexOfManyTypesIsReadInBatches() throws IOException {
        push(SIGNATURE, SBOM);
        Path index = stores.at("repositories/" + NAME + "/_referrers/sha256/" + SUBJECT.hex());
        for (int i = 0; i < 10_500; i++) {
            Files.createFile(index.resolve("sha256-%064x".formatted(i)));
            Files.createFile(index.resolve("sha256-%064x.0123456789abcdef".formatted(i)));
        }

        assertThat(filtered("application/signature")).containsExactly(SIGNATURE.digest());
        assertThat(filtered("application/sbom")).containsExactly(SBOM.digest());
        assertThat(usesOf("application/sbom")).isLessThan(20);
    }

    @Test
    void indexOfManyIsReadInBatches() throws IOException {
        push(SIGNATURE, SBOM);
        Path index = stores.at("repositories/" + NAME + "/_referrers/sha256/" + SUBJECT.hex());
        for (int i = 0; i < 20_500; i++) {
            Files.createFile(index.resolve("sha256-%064x".formatted(i)));
        }
        pushWithoutIndexing(SECOND_SBOM);
        tag("sha256-" + SUBJECT.hex(), Content.index(SECOND_SBOM.digest()));

        assertThat(list(SUBJECT))
                .containsExactlyInAnyOrder(SIGNATURE.digest(), SBOM.digest(), SECOND_SBOM.digest())
                .isSortedAccordingTo(Comparator.comparing(Digest::toString));
    }

    private void push(Manifest... artifacts) {
        for (Manifest artifact : artifacts) {
            manifests.put(NAME, artifact.digest(), List.of(), artifact);
        }
    }

    /** As a registry without support for subjects does. */
    private void pushWithoutIndexing(Manifest artifact) {
        stores.blobs().put(artifact.digest(), artifact.bytes());
        stores.links().putRevision(NAME, artifact.digest(), artifact.digest());
    }

    /** As in a tree that another registry has written. */
    private void tagStored(String tag, String index) {
        Digest digest = Digest.of(bytes(index));
        stores.blobs().put(digest, bytes(index));
        stores.links().putRevision(NAME, digest, digest);
        stores.tags().put(NAME, Tag.parse(tag), digest);
    }

    private void tag(String tag, Manifest index) {
        manifests.put(NAME, Tag.parse(tag), List.of(), index);
    }

    private int usesOf(String artifactType) {
        int before = uses;
        filtered(artifactType);
        return uses - before;
    }

    private void deleteType(Manifest artifact) throws IOException {
        String referrer = artifact.digest().toString().replace(':', '-');
        for (String type : types()) {
            if (type.startsWith(referrer)) {
                Files.delete(index().resolve(type));
            }
        }
    }

    private Path index() {
        return stores.at("repositories/" + NAME + "/_referrers/sha256/" + SUBJECT.hex());
    }

    /** The files of the index that have a type. */
    private List<String> types() {
        return Stream.of(index().toFile().list())
                .filter(name -> name.contains("."))
                .toList();
    }

    private List<Digest> list(Digest subject) {
        return digests(referrers.list(NAME, subject, Optional.empty(), ALL, MAX));
    }

    private List<Digest> filtered(String artifactType) {
        return digests(referrers.list(NAME, SUBJECT, Optional.of(artifactType), ALL, MAX));
    }

    private static List<Digest> digests(Page.Entries<Referrer> page) {
        return page.entries().stream().map(Referrer::digest).toList();
    }

    private static List<Digest> sorted(Manifest... artifacts) {
        return Stream.of(artifacts)
                .map(Manifest::digest)
                .sorted(Comparator.comparing(Digest::toString))
                .toList();
    }
}
