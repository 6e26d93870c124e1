package org.fedoraproject.registry.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import java.util.List;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportsTest {
    @Test
    void reportsOfEachJobAreRead(@TempDir Path root) {
        Stores stores = new Stores(root);
        stores.collectionFiles().putReport("2025-01-02", """
                {"id": "2025-01-02", "begin": "2025-01-02T03:04:05Z", "end": "2025-01-02T03:05:05Z", "dry-run": true,
                 "status": "COMPLETED", "reason": "", "figures": {"blobs": 3, "purged": 0, "other": {}}}""");
        stores.collectionFiles().putReport("2025-01-03", "damaged");
        stores.scrubFiles().putReport("2025-01-04", """
                {"id": "2025-01-04", "begin": "2025-01-02T03:04:05Z", "end": "2025-01-02T03:05:05Z", "dryRun": false,
                 "status": "FAILED", "reason": "the share", "counts": {"blobs": 1}, "problems": ["a is gone", 1]}""");
        Reports reports = new Reports(stores.collectionFiles(), stores.retention(), stores.scrubFiles());

        Reports.Report collection = reports.list("collect", 5).getFirst();
        assertThat(collection.dryRun()).isTrue();
        assertThat(collection.figures()).containsExactly(entry("blobs", 3L), entry("purged", 0L));
        Reports.Report scrub = reports.list("scrub", 5).getFirst();
        assertThat(scrub.dryRun()).isFalse();
        assertThat(scrub.reason()).isEqualTo("the share");
        assertThat(scrub.figures()).containsExactly(entry("blobs", 1L));
        assertThat(scrub.problems()).isEqualTo(List.of("a is gone"));
        assertThat(reports.list("retain", 5)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"begin\": 1}", "{\"begin\": \"x\", \"end\": \"x\"}"})
    void damagedReportIsNone(String text) {
        assertThat(Reports.parse("id", text)).isEmpty();
    }
}
