package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.fedoraproject.registry.oci.ErrorCode.BLOB_UNKNOWN;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobDeletedTest {
    private static final RepositoryName NAME = RepositoryName.parse("a/b");

    @TempDir
    Path root;

    private final List<String> told = new ArrayList<>();
    private Stores stores;
    private Digest digest;

    @BeforeEach
    void putBlob() {
        stores = new Stores(root);
        digest = stores.layer(NAME, bytes("blob"));
    }

    @Test
    void observersAreToldOfADeletedBlobWhileItIsStillThere() {
        blobs(observer("first").andThen(observer("second"))).delete(NAME, digest);

        assertThat(told).containsExactly("first a/b " + digest + " true", "second a/b " + digest + " true");
        assertThat(stores.links().layer(NAME, digest)).isEmpty();
    }

    @Test
    void blobStaysIfAnObserverFails() {
        Blobs blobs = blobs(event -> {
            throw new IllegalStateException("the share is full");
        });

        assertThatIllegalStateException().isThrownBy(() -> blobs.delete(NAME, digest));

        assertThat(blobs.stat(NAME, digest)).isEqualTo(4);
    }

    @Test
    void nobodyIsToldOfABlobThatIsNotThere() {
        Blobs blobs = blobs(observer("first"));

        assertRefused(BLOB_UNKNOWN, () -> blobs.delete(NAME, Digest.of(bytes("another"))));
        assertRefused(BLOB_UNKNOWN, () -> blobs.delete(RepositoryName.parse("b"), digest));
        blobs.delete(NAME, digest);
        assertRefused(BLOB_UNKNOWN, () -> blobs.delete(NAME, digest));

        assertThat(told).hasSize(1);
    }

    private Blobs blobs(Consumer<BlobDeleted> observer) {
        return new Blobs(stores.blobs(), stores.links(), observer);
    }

    private Consumer<BlobDeleted> observer(String who) {
        return event -> told.add(who + " " + event.name() + " " + event.digest() + " "
                + stores.links().layer(event.name(), event.digest()).isPresent());
    }
}
