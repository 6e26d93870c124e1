package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Set;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a failure at each stage leaves: a file stands where a directory has to be made. */
class ManifestStoreTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final Tag LATEST = Tag.parse("latest");
    private static final Manifest MANIFEST = Content.manifest(
            "{\"schemaVersion\": 2, \"mediaType\": \"application/vnd.oci.image.index.v1+json\", \"manifests\": []}");

    private static final String HEX = MANIFEST.digest().hex();
    private static final String BLOB = "blobs/sha256/" + HEX.substring(0, 2) + "/" + HEX + "/data";
    private static final String REVISION = "repositories/a/_manifests/revisions/sha256/" + HEX + "/link";

    @TempDir
    Path root;

    private Stores stores;

    @BeforeEach
    void open() {
        stores = new Stores(root);
    }

    @Test
    void nothingNamesAManifestThatIsNotThere() throws Exception {
        stores.write("blobs/sha256/" + HEX.substring(0, 2), "in the way");

        putFails();

        assertThat(stores.files()).noneMatch(file -> file.contains("->"));
    }

    @Test
    void noTagNamesAManifestThatIsNotLinked() throws Exception {
        stores.write("repositories/a/_manifests/revisions/sha256/" + HEX, "in the way");

        putFails();

        assertThat(stores.files()).contains(BLOB).noneMatch(file -> file.contains("/current/link"));
    }

    @Test
    void manifestIsLinkedAlsoWhereItsTagCannotBeMade() throws Exception {
        stores.write("repositories/a/_manifests/tags/latest/current", "in the way");

        putFails();

        assertThat(stores.files()).contains(BLOB, REVISION + " -> " + MANIFEST.digest());
    }

    private void putFails() {
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> stores.manifests().put(NAME, MANIFEST, MANIFEST.digest(), Set.of(LATEST)));
        stores.assertNoLeftovers();
    }
}
