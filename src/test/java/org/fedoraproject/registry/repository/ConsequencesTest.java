package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.nio.file.Path;
import java.util.List;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsequencesTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final Tag V1 = Tag.parse("v1");
    private static final Tag V2 = Tag.parse("v2");
    private static final Tag ALL = Tag.parse("all");

    @TempDir
    Path root;

    private Stores stores;
    private Manifests manifests;
    private Consequences consequences;
    private Manifest image;

    @BeforeEach
    void push() {
        stores = new Stores(root);
        manifests = new Manifests(
                stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, TestQuotas.none());
        consequences = new Consequences(
                stores.links(),
                stores.tags(),
                stores.blobs(),
                stores.scan(),
                new Referrers(
                        stores.referrers(),
                        stores.links(),
                        stores.tags(),
                        stores.blobs(),
                        new HeapBudget(),
                        () -> false));
        Digest layer = stores.layer(NAME, bytes("layer"));
        image = Content.image(layer, layer);
        manifests.put(NAME, V1, List.of(), image);
    }

    @Test
    void manifestTakesItsTagsAndLeavesTheRest() {
        manifests.put(NAME, V2, List.of(), image);
        Manifest index = Content.index(image.digest());
        manifests.put(NAME, ALL, List.of(), index);
        Manifest signature = Content.artifact("application/x-signature", image.digest(), "one");
        manifests.put(NAME, signature.digest(), List.of(), signature);
        List<String> before = stores.files();

        Consequences.Found found = consequences.of(NAME, image.digest());

        assertThat(found.tags()).containsExactly(V1, V2);
        assertThat(found.indexes()).containsExactly(index.digest());
        assertThat(found.children()).isEmpty();
        assertThat(found.referrers()).extracting(Referrer::digest).containsExactly(signature.digest());
        assertThat(found.complete()).isTrue();
        assertThat(stores.files()).isEqualTo(before);
        assertThat(consequences.of(NAME, index.digest()).children()).containsExactly(image.digest());
    }

    /** The tags are those that a delete takes. */
    @Test
    void deleteTakesWhatWasShown() {
        Digest other = Digest.of(Digest.Algorithm.SHA512, image.bytes());
        manifests.put(NAME, other, List.of(V2), image);

        for (Digest each : List.of(image.digest(), other)) {
            assertThat(consequences.of(NAME, each).tags()).containsExactly(V1, V2);
        }
        manifests.delete(NAME, other);

        assertThat(stores.tags().all(NAME)).isEmpty();
    }

    @Test
    void unknownManifestHasNone() {
        Digest missing = Digest.of(bytes("missing"));

        assertRefused(ErrorCode.MANIFEST_UNKNOWN, () -> consequences.of(NAME, missing));
        assertRefused(ErrorCode.MANIFEST_UNKNOWN, () -> consequences.of(RepositoryName.parse("b"), image.digest()));
    }

    @Test
    void manifestGetsOneMoreTag() {
        manifests.tag(NAME, V1, V2, tag -> false, child -> true, Origin.UNKNOWN);

        assertThat(stores.tags().get(NAME, V2)).contains(image.digest());
        assertThat(stores.tags().get(NAME, V1)).contains(image.digest());
        Manifest index = Content.index(image.digest());
        manifests.put(NAME, ALL, List.of(), index);
        assertRefused(
                ErrorCode.DENIED,
                () -> manifests.tag(NAME, index.digest(), V1, V1::equals, child -> true, Origin.UNKNOWN));
        assertThat(stores.tags().get(NAME, V1)).contains(image.digest());
    }
}
