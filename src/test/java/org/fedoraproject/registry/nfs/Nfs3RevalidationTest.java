package org.fedoraproject.registry.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the effect on files; the tests on the lab check the effect on NFS clients. */
class Nfs3RevalidationTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(0);

    @TempDir
    Path directory;

    @BeforeEach
    void age() throws IOException {
        Files.createFile(directory.resolve("there"));
        Files.setLastModifiedTime(directory, LONG_AGO);
    }

    @Test
    void tellsWhatIsThereAndLeavesNothingBeside() throws IOException {
        assertThat(Nfs3Revalidation.exists(directory.resolve("there"))).isTrue();
        assertThat(Nfs3Revalidation.exists(directory.resolve("missing"))).isFalse();
        assertThat(directory).isDirectoryContaining(path -> path.endsWith("there"));
        assertThat(directory.resolve("missing")).doesNotExist();
    }

    @Test
    void nothingIsThereInADirectoryThatAnotherHostHasDeletedMeanwhile() throws IOException {
        assertThat(Nfs3Revalidation.exists(directory.resolve("deleted/missing")))
                .isFalse();
        assertThat(directory.resolve("deleted")).doesNotExist();
    }

    @Test
    void changesTheDirectorySoThatTheClientReadsItAnew() throws IOException {
        Nfs3Revalidation.exists(directory.resolve("missing"));

        assertThat(Files.getLastModifiedTime(directory)).isGreaterThan(LONG_AGO);
    }

    @Test
    void forgetsOnlyTheListingOfAYoungDirectory() throws IOException {
        Nfs3Revalidation.rereadIfYoung(directory, Instant.now().plusSeconds(10));
        assertThat(Files.getLastModifiedTime(directory)).isEqualTo(LONG_AGO);

        Nfs3Revalidation.rereadIfYoung(directory, Instant.now());
        assertThat(Files.getLastModifiedTime(directory)).isGreaterThan(LONG_AGO);
    }

    @Test
    void nameIsLookedForAThirdTimeWhereTheServerHasIt() throws IOException {
        Path file = directory.resolve("there");
        int[] attempts = {0};
        Revalidation.Attempt<Path> thirdTime = () -> {
            if (++attempts[0] < 3) {
                throw new NoSuchFileException("remembered as missing");
            }
            return file;
        };

        assertThat(new Revalidation(Revalidation.Client.NFS3).find(file, thirdTime))
                .hasValue(file);
        attempts[0] = 0;
        assertThat(new Revalidation(Revalidation.Client.NFS4).find(file, thirdTime))
                .isEmpty();
    }

    @Test
    void nameThatTheServerLacksIsMissing() throws IOException {
        Path missing = directory.resolve("missing/below");

        Optional<Path> found =
                new Revalidation(Revalidation.Client.NFS3).find(missing, () -> Files.createLink(missing, directory));

        assertThat(found).isEmpty();
        assertThat(directory.resolve("missing")).doesNotExist();
    }
}
