package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferrerStoreTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final Digest SUBJECT = Digest.of(bytes("subject"));
    private static final Digest FIRST = Digest.parse("sha256:" + "1".repeat(64));
    private static final Digest SECOND = Digest.parse("sha256:" + "2".repeat(64));
    private static final Digest THIRD = Digest.parse("sha512:" + "0".repeat(128));

    @TempDir
    Path root;

    private Stores stores;
    private ReferrerStore referrers;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        referrers = stores.referrers();
    }

    @Test
    void listIsInAsciiOrderOfTheDigests() {
        referrers.put(NAME, SUBJECT, THIRD);
        referrers.put(NAME, SUBJECT, SECOND);
        referrers.put(NAME, SUBJECT, FIRST);
        referrers.put(NAME, SUBJECT, FIRST);

        assertThat(list(NAME, SUBJECT)).containsExactly(FIRST, SECOND, THIRD);
        assertThat(list(NAME, FIRST)).isEmpty();
        assertThat(list(RepositoryName.parse("b"), SUBJECT)).isEmpty();
    }

    private List<Digest> list(RepositoryName name, Digest subject) {
        return referrers.list(name, subject, new Page(100, "")).entries();
    }

    @Test
    void pagesGoOnBehindTheLastDigest() {
        for (Digest digest : List.of(FIRST, SECOND, THIRD)) {
            referrers.put(NAME, SUBJECT, digest);
        }

        assertThat(referrers.list(NAME, SUBJECT, new Page(2, "")))
                .isEqualTo(new Page.Entries<>(List.of(FIRST, SECOND), true));
        assertThat(referrers.list(NAME, SUBJECT, new Page(2, SECOND.toString())))
                .isEqualTo(new Page.Entries<>(List.of(THIRD), false));
    }

    @Test
    void deleteTakesOneOutAndMindsNoneThatIsMissing() {
        referrers.put(NAME, SUBJECT, FIRST);
        referrers.put(NAME, SUBJECT, SECOND);

        referrers.delete(NAME, SUBJECT, FIRST, Optional.empty());
        referrers.delete(NAME, SUBJECT, FIRST, Optional.empty());

        assertThat(list(NAME, SUBJECT)).containsExactly(SECOND);
    }

    @Test
    void listSkipsWhatIsNoDigest() throws IOException {
        referrers.put(NAME, SUBJECT, FIRST);
        stores.write("repositories/a/_referrers/sha256/" + SUBJECT.hex() + "/garbage", "");

        assertThat(list(NAME, SUBJECT)).containsExactly(FIRST);
    }
}
