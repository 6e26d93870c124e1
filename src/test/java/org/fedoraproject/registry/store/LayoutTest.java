package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.Test;

/** The paths are a contract with docker-distribution, so they are written out here. */
class LayoutTest {
    private static final RepositoryName NAME = RepositoryName.parse("fedora/minimal");
    private static final Tag TAG = Tag.parse("latest");
    private static final String HEX = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    private static final Digest SHA256 = Digest.parse("sha256:" + HEX);
    private static final Digest SHA512 = Digest.parse("sha512:" + HEX + HEX);
    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    private static final String REPOSITORY = "repositories/fedora/minimal";

    private final Layout layout = new Layout(Path.of("/srv"));

    @Test
    void blobsAreSpreadByTheirFirstTwoDigits() {
        assertAt("blobs", layout.blobs());
        assertAt("blobs/sha256/58/" + HEX + "/data", layout.blob(SHA256));
        assertAt("blobs/sha512/58/" + HEX + HEX + "/data", layout.blob(SHA512));
    }

    @Test
    void linksAreBelowTheRepository() {
        assertAt("repositories", layout.repositories());
        assertAt(REPOSITORY, layout.repository(NAME));
        assertAt(REPOSITORY + "/_layers", layout.layers(NAME));
        assertAt(REPOSITORY + "/_manifests", layout.manifests(NAME));
        assertAt(REPOSITORY + "/_layers/sha256/" + HEX + "/link", layout.layer(NAME, SHA256));
        assertAt(REPOSITORY + "/_layers/sha512/" + HEX + HEX + "/link", layout.layer(NAME, SHA512));
        assertAt(REPOSITORY + "/_manifests/revisions/sha256/" + HEX + "/link", layout.revision(NAME, SHA256));
    }

    @Test
    void tagsHaveACurrentLinkAndAnIndex() {
        assertAt(REPOSITORY + "/_manifests/tags", layout.tags(NAME));
        assertAt(REPOSITORY + "/_manifests/tags/latest", layout.tag(NAME, TAG));
        assertAt(REPOSITORY + "/_manifests/tags/latest/current/link", layout.tagCurrent(NAME, TAG));
        assertAt(
                REPOSITORY + "/_manifests/tags/latest/index/sha256/" + HEX + "/link",
                layout.tagIndex(NAME, TAG, SHA256));
    }

    @Test
    void referrersAreWhereDockerDistributionSkipsThem() {
        assertAt(REPOSITORY + "/_referrers/sha256/" + HEX, layout.referrers(NAME, SHA256));
        assertAt(
                REPOSITORY + "/_referrers/sha256/" + HEX + "/sha512-" + HEX + HEX,
                layout.referrer(NAME, SHA256, SHA512));
    }

    @Test
    void uploadsHaveTheirDataInADirectory() {
        assertAt(REPOSITORY + "/_uploads", layout.uploads(NAME));
        assertAt(REPOSITORY + "/_uploads/" + ID, layout.upload(NAME, ID));
        assertAt(REPOSITORY + "/_uploads/" + ID + "/data", layout.uploadData(NAME, ID));
    }

    private static void assertAt(String expected, Path path) {
        assertThat(path).isEqualTo(Path.of("/srv/docker/registry/v2", expected));
    }
}
