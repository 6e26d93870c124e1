package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFilesTest {
    @TempDir
    Path root;

    private Stores stores;

    @BeforeEach
    void makeStores() {
        stores = new Stores(root);
    }

    @Test
    void keepsTheNewestReportsWithTheirLogs() {
        RetentionStore files = stores.retention();
        files.put("position", "here");
        IntStream.range(100, 160).forEach(id -> {
            files.put(files.logName("run-" + id), "log");
            files.putReport("run-" + id, "report " + id);
        });

        assertThat(files.reports()).hasSize(50).startsWith("run-159", "run-158").endsWith("run-110");
        assertThat(files.report("run-110")).contains("report 110");
        assertThat(root.resolve(".gc/retention").toFile().list()).hasSize(101);
        assertThat(files.text("position")).contains("here");
    }

    @Test
    void deletesTheOldLogOfARunThatWasKilled() {
        RetentionStore files = stores.retention();
        files.put(files.logName("run-100"), "log");
        IntStream.range(101, 151).forEach(id -> files.putReport("run-" + id, "report"));

        assertThat(files.text(files.logName("run-100"))).isEmpty();
        assertThat(files.reports()).hasSize(50);
    }

    @Test
    void listsNoOtherTextsAsReports() {
        ScrubFiles files = stores.scrubFiles();
        files.put("state", "half");
        files.putReport("2", "second");
        files.putReport("1", "first");

        assertThat(files.reports()).containsExactly("2", "1");
        assertThat(root.resolve(".scrub/report-2.json")).hasContent("second");
    }

    @Test
    void finishedCollectionHasAReportBesideItsActions() {
        CollectionFiles files = stores.collectionFiles();
        assertThat(files.claim()).isTrue();
        RunFiles run = files.run(false);
        run.append(RunFiles.Growing.ACTIONS, 0, ByteBuffer.wrap(new byte[] {65}));
        run.putState("state");
        files.finish(run, "1", "report");

        assertThat(files.reports()).containsExactly("1");
        assertThat(root.resolve(".gc/reports/1.json")).hasContent("report");
        assertThat(root.resolve(".gc/reports/1.log")).hasContent("A");
        assertThat(run.state()).isEmpty();
    }
}
