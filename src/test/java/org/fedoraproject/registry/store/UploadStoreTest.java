package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RepositoryName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadStoreTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final RepositoryName OTHER = RepositoryName.parse("b");
    private static final String UPLOADS = "repositories/a/_uploads/";

    @TempDir
    Path root;

    private Stores stores;
    private UploadStore uploads;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        uploads = stores.uploads();
    }

    @Test
    void createMakesWhatDockerDistributionExpects() throws IOException {
        Instant before = Instant.now();
        UUID id = create();

        assertThat(stores.files()).containsExactly(UPLOADS + id + "/data", UPLOADS + id + "/startedat");
        assertThat(stores.at(UPLOADS + id + "/data")).isEmptyFile();
        String startedAt = Files.readString(stores.at(UPLOADS + id + "/startedat"));
        assertThat(startedAt).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(Instant.parse(startedAt)).isBetween(before.minusSeconds(1), Instant.now());
    }

    @Test
    void sizeIsThatOfTheDataWhoeverWroteIt() throws IOException {
        UUID id = create();
        assertThat(uploads.size(NAME, id)).hasValue(0L);

        stores.write(UPLOADS + id + "/data", "12345");
        assertThat(uploads.size(NAME, id)).hasValue(5L);
    }

    @Test
    void sessionIsOfOneRepository() {
        UUID id = create();

        assertThat(uploads.size(OTHER, id)).isEmpty();
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> uploads.open(OTHER, id));
        uploads.open(NAME, id).close();
    }

    @Test
    void unknownSessionIsRefusedAndLeavesNothing() {
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> uploads.open(NAME, UUID.randomUUID()));
        assertThat(stores.files()).isEmpty();
    }

    @Test
    void deleteLeavesNothing() throws IOException {
        UUID id = create();
        stores.write(UPLOADS + id + "/hashstates/sha256/0", "state");

        uploads.delete(NAME, id);

        assertThat(uploads.size(NAME, id)).isEmpty();
        assertThat(stores.at(UPLOADS + id)).doesNotExist();
        stores.assertNoLeftovers();
    }

    @Test
    void purgeDeletesOnlyOldSessions() throws IOException {
        Instant now = Instant.now();
        UUID old = create();
        UUID young = create();
        UUID undated = create();
        age(old, now.minus(Duration.ofDays(8)));
        age(undated, now.minus(Duration.ofDays(8)));
        Files.delete(stores.at(UPLOADS + undated + "/startedat"));

        assertThat(uploads.purge(NAME, Duration.ofDays(7))).isEqualTo(1);

        assertThat(uploads.size(NAME, old)).isEmpty();
        assertThat(uploads.size(NAME, young)).isPresent();
        assertThat(uploads.size(NAME, undated)).isPresent();
        assertThat(uploads.purge(OTHER, Duration.ZERO)).isZero();
    }

    @Test
    void purgeDeletesASessionWithoutItsBeginThatIsLongUnchanged() throws IOException {
        UUID undated = create();
        Files.delete(stores.at(UPLOADS + undated + "/startedat"));
        Files.setLastModifiedTime(
                stores.at(UPLOADS + undated), FileTime.from(Instant.now().minus(Duration.ofDays(8))));

        assertThat(uploads.purge(NAME, Duration.ofDays(7))).isEqualTo(1);

        assertThat(uploads.size(NAME, undated)).isEmpty();
    }

    private UUID create() {
        return uploads.create(NAME, Digest.Algorithm.SHA256);
    }

    private void age(UUID id, Instant time) throws IOException {
        for (String file : new String[] {"data", "startedat"}) {
            Files.setLastModifiedTime(stores.at(UPLOADS + id + "/" + file), FileTime.from(time));
        }
    }

    @Test
    void purgeRemovesTheRepositoryOfUploadsThatEndedLongAgo() throws Exception {
        RepositoryName name = RepositoryName.parse("only/uploads");
        stores.uploads().delete(name, stores.uploads().create(name, Digest.Algorithm.SHA256));

        stores.uploads().purge(name, Duration.ofDays(1));
        assertThat(stores.at("repositories/only/uploads/_uploads")).isEmptyDirectory();
        stores.uploads().purge(name, Duration.ofSeconds(-1));

        assertThat(stores.at("repositories/only")).doesNotExist();
    }
}
