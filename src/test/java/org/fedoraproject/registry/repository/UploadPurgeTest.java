package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.fedoraproject.registry.cluster.TestSwitches;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.CallStack;
import org.fedoraproject.registry.testing.Refusals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadPurgeTest {
    private static final Duration LIFETIME = Duration.ofDays(7);
    private static final RepositoryName FIRST = RepositoryName.parse("first");
    private static final RepositoryName SECOND = RepositoryName.parse("second");

    @TempDir
    Path root;

    /** The first so many uses of a connection in the purge of a repository fail, as on a broken sector. */
    private int failures;

    private boolean shareFails;

    private final Steps steps = new Steps() {
        @Override
        public void next() {
            if (shareFails || CallStack.isIn("UploadStore", "purge") && failures-- > 0) {
                throw RegistryException.storageFault(new IOException("Input/output error"));
            }
        }

        @Override
        public boolean await() {
            return false;
        }
    };

    @Test
    void deletesOldSessionsOnly() throws IOException {
        Stores stores = new Stores(root, steps);
        UUID old = session(stores, FIRST, LIFETIME.plusHours(1));
        UUID young = session(stores, FIRST, LIFETIME.minusHours(1));
        UUID other = session(stores, SECOND, LIFETIME.plusHours(1));

        assertThat(purge(stores).purge()).isEqualTo(2);

        assertThat(directory(stores, FIRST, old)).doesNotExist();
        assertThat(directory(stores, FIRST, young)).exists();
        assertThat(directory(stores, SECOND, other)).doesNotExist();
    }

    /** Each day's purge would end there, and the sessions of all later names would stay for ever. */
    @Test
    void repositoryThatCannotBeReadEndsNoPurge() throws IOException {
        Stores stores = new Stores(root, steps);
        UUID unreadable = session(stores, FIRST, LIFETIME.plusHours(1));
        UUID other = session(stores, SECOND, LIFETIME.plusHours(1));
        failures = 1;

        assertThat(purge(stores).purge()).isEqualTo(1);

        assertThat(directory(stores, FIRST, unreadable)).exists();
        assertThat(directory(stores, SECOND, other)).doesNotExist();
    }

    @Test
    void endsIfTheShareFails() throws IOException {
        Stores stores = new Stores(root, steps);
        session(stores, FIRST, LIFETIME.plusHours(1));
        UploadPurge purge = purge(stores);
        shareFails = true;

        Refusals.assertRefused(ErrorCode.UNKNOWN, purge::purge);
    }

    private static UploadPurge purge(Stores stores) {
        return new UploadPurge(
                stores.uploads(),
                stores.repositories(),
                new UploadConfig(LIFETIME),
                TestSwitches.cluster(),
                TestSwitches.make());
    }

    private static UUID session(Stores stores, RepositoryName name, Duration age) throws IOException {
        UUID id = new Uploads(stores.uploads(), stores.links(), stores.blobs(), TestQuotas.none())
                .start(name, Digest.Algorithm.SHA256);
        Files.setLastModifiedTime(
                directory(stores, name, id).resolve("startedat"),
                FileTime.from(Instant.now().minus(age)));
        return id;
    }

    private static Path directory(Stores stores, RepositoryName name, UUID id) {
        return stores.at("repositories/" + name + "/_uploads/" + id);
    }
}
