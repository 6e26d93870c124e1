package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferrersTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final Digest SUBJECT = Digest.of(bytes("subject"));
    private static final Page ALL = new Page(Integer.MAX_VALUE, "");

    private static final Manifest SIGNATURE = Content.artifact("application/signature", SUBJECT, "one");
    private static final Manifest SBOM = Content.artifact("application/sbom", SUBJECT, "one");
    private static final Manifest SECOND_SBOM = Content.artifact("application/sbom", SUBJECT, "two");

    @TempDir
    Path root;

    private Stores stores;
    private Manifests manifests;
    private Referrers referrers;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        manifests =
                new Manifests(stores.blobs(), stores.links(), stores.tags(), stores.referrers(), new Events(List.of()));
        referrers = new Referrers(stores.referrers(), stores.links(), stores.tags(), stores.blobs());
    }

    @Test
    void describesAReferrerFromItsOwnBytes() {
        push(SIGNATURE);

        assertThat(referrers.list(NAME, SUBJECT, Optional.empty(), ALL))
                .isEqualTo(new Page.Entries<>(
                        List.of(new Descriptor(
                                MediaType.OCI_MANIFEST,
                                SIGNATURE.digest(),
                                SIGNATURE.bytes().length,
                                Optional.of(new MediaType("application/signature")),
                                Map.of("note", "one"),
                                Optional.empty(),
                                false)),
                        false));
    }

    @Test
    void whatNobodyRefersToHasNone() {
        push(SIGNATURE);

        assertThat(list(SIGNATURE.digest())).isEmpty();
        assertThat(referrers
                        .list(RepositoryName.parse("b"), SUBJECT, Optional.empty(), ALL)
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
        Page.Entries<Descriptor> first = referrers.list(NAME, SUBJECT, Optional.empty(), page);
        first.entries().forEach(entry -> seen.add(entry.digest()));
        Page.Entries<Descriptor> second = referrers.list(
                NAME, SUBJECT, Optional.empty(), new Page(2, seen.getLast().toString()));
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
        pushWithoutIndexing(SBOM);
        tag("sha512-" + subject.hex().substring(0, 64), Content.index(SBOM.digest()));

        assertThat(list(subject)).containsExactly(SBOM.digest());
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

    private void push(Manifest... artifacts) {
        for (Manifest artifact : artifacts) {
            manifests.put(NAME, artifact.digest(), List.of(), artifact);
        }
    }

    /** As a registry does that knows no subjects. */
    private void pushWithoutIndexing(Manifest artifact) {
        stores.blobs().put(artifact.digest(), artifact.bytes());
        stores.links().putRevision(NAME, artifact.digest(), artifact.digest());
    }

    private void tag(String tag, Manifest index) {
        manifests.put(NAME, Tag.parse(tag), List.of(), index);
    }

    private List<Digest> list(Digest subject) {
        return digests(referrers.list(NAME, subject, Optional.empty(), ALL));
    }

    private List<Digest> filtered(String artifactType) {
        return digests(referrers.list(NAME, SUBJECT, Optional.of(new MediaType(artifactType)), ALL));
    }

    private static List<Digest> digests(Page.Entries<Descriptor> page) {
        return page.entries().stream().map(Descriptor::digest).toList();
    }

    private static List<Digest> sorted(Manifest... artifacts) {
        return Stream.of(artifacts)
                .map(Manifest::digest)
                .sorted(Comparator.comparing(Digest::toString))
                .toList();
    }
}
