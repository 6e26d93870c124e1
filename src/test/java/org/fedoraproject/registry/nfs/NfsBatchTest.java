package org.fedoraproject.registry.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NfsBatchTest {
    private static final byte[] CONTENT = "content".getBytes(UTF_8);

    @TempDir
    Path root;

    private NfsConnectionFactory factory;
    private NfsConnection connection;
    private NfsBatch batch;

    @BeforeEach
    void connect() throws IOException {
        factory = TestFactory.of(root, 1);
        connection = factory.getConnection();
        batch = connection.batch();
    }

    @AfterEach
    void disconnect() {
        connection.close();
        factory.close();
    }

    @Test
    void putsAllFilesInPlaceAndLeavesNothingBeside() throws IOException {
        List<Path> files = List.of(root.resolve("a/b/1"), root.resolve("a/c/2"), root.resolve("a/b/3"));
        batch.write(files.get(0), CONTENT);
        batch.write(files.get(1), CONTENT);
        batch.then();
        batch.write(files.get(2), CONTENT);

        batch.run();

        assertThat(files).allSatisfy(file -> assertThat(file).hasBinaryContent(CONTENT));
        assertThat(factory.temporary()).isEmptyDirectory();
    }

    @Test
    void withoutFilesDoesNothing() throws IOException {
        batch.then();
        batch.run();

        assertThat(factory.temporary()).isEmptyDirectory();
    }

    @Test
    void nothingIsSeenBeforeAllContentIsWritten() throws IOException {
        Path first = root.resolve("first");
        batch.write(first, CONTENT);
        batch.then();
        batch.write(root.resolve("second"), null); // has no content to write

        assertThat(catchThrowable(batch::run)).isNotNull();

        assertThat(first).doesNotExist();
    }

    @Test
    void aStageThatFailsLeavesThoseBeforeItAndNoneAfter() throws IOException {
        Path occupied =
                Files.createDirectories(root.resolve("occupied/by/a directory")).getParent();
        batch.write(root.resolve("before"), CONTENT);
        batch.then();
        batch.write(occupied, CONTENT);
        batch.then();
        batch.write(root.resolve("after"), CONTENT);

        assertThatIOException().isThrownBy(batch::run);

        assertThat(root.resolve("before")).hasBinaryContent(CONTENT);
        assertThat(occupied).isDirectory();
        assertThat(root.resolve("after")).doesNotExist();
        assertThat(factory.temporary()).isEmptyDirectory();
    }

    @Test
    void aStageBeginsOnlyWhenTheOneBeforeIsForced() throws IOException {
        batch.write(root.resolve("before"), CONTENT);
        batch.keep(root.resolve("file/that/is no directory"));
        Files.write(root.resolve("file"), CONTENT); // so that its force fails, after the rename
        batch.then();
        batch.write(root.resolve("after"), CONTENT);

        assertThatIOException().isThrownBy(batch::run);

        assertThat(root.resolve("before")).exists();
        assertThat(root.resolve("after")).doesNotExist();
        assertThat(factory.temporary()).isEmptyDirectory();
    }

    @Test
    void keptFilesStayAndMayHaveGone() throws IOException {
        Path kept = Files.write(root.resolve("kept"), CONTENT);
        batch.keep(kept);
        batch.keep(root.resolve("gone/file"));

        batch.run();

        assertThat(kept).hasBinaryContent(CONTENT);
    }
}
