package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.BlobContent;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobsTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final RepositoryName OTHER = RepositoryName.parse("b");
    private static final byte[] CONTENT = bytes("content");

    @TempDir
    Path root;

    private Stores stores;
    private Blobs blobs;
    private Digest digest;

    @BeforeEach
    void push() {
        stores = new Stores(root);
        blobs = new Blobs(stores.blobs(), stores.links(), event -> {});
        digest = stores.layer(NAME, CONTENT);
    }

    @Test
    void getGivesTheBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BlobContent blob = blobs.get(NAME, digest)) {
            blob.sendTo(out, new ByteRange(0, blob.size() - 1));
        }

        assertThat(out.toByteArray()).isEqualTo(CONTENT);
        assertThat(blobs.stat(NAME, digest)).isEqualTo(CONTENT.length);
    }

    @Test
    void blobIsKnownUnderEachDigestThatIsLinked() throws IOException {
        Digest sha512 = Digest.of(Digest.Algorithm.SHA512, CONTENT);
        assertUnknown(NAME, sha512);

        stores.links().putLayer(NAME, sha512, digest);

        assertThat(blobs.stat(NAME, sha512)).isEqualTo(CONTENT.length);
        blobs.get(NAME, sha512).close();
    }

    @Test
    void blobOfAnotherRepositoryIsUnknown() {
        assertUnknown(OTHER, digest);
        assertUnknown(NAME, Digest.of(bytes("another")));
    }

    @Test
    void linkToABlobThatIsGoneIsUnknown() {
        Digest gone = Digest.of(bytes("gone"));
        stores.links().putLayer(NAME, gone, gone);

        assertUnknown(NAME, gone);
    }

    @Test
    void deleteTakesItOutOfThisRepositoryOnly() {
        stores.layer(OTHER, CONTENT);

        blobs.delete(NAME, digest);

        assertUnknown(NAME, digest);
        assertRefused(ErrorCode.BLOB_UNKNOWN, () -> blobs.delete(NAME, digest));
        assertThat(blobs.stat(OTHER, digest)).isEqualTo(CONTENT.length);
    }

    private void assertUnknown(RepositoryName name, Digest unknown) {
        assertRefused(ErrorCode.BLOB_UNKNOWN, () -> blobs.stat(name, unknown));
        assertThat(assertRefused(ErrorCode.BLOB_UNKNOWN, () -> blobs.get(name, unknown)))
                .hasMessageContaining(unknown.toString());
    }
}
