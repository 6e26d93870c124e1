package org.fedoraproject.registry.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningJobsTest {
    private static final Instant BEGIN = Instant.parse("2025-01-02T03:04:05Z");

    @TempDir
    Path root;

    private Stores stores;
    private final Fake one = new Fake();
    private final Fake two = new Fake();
    private RunningJobs first;
    private RunningJobs second;

    /** An instance where a scrub runs, or none. */
    private static final class Fake extends Executions {
        private String words = "";

        @Override
        public List<Execution> list(String job, int most) {
            return job.equals("scrub") && !words.isEmpty()
                    ? List.of(new Execution(1, job, words, true, false, BEGIN, Optional.empty()))
                    : List.of();
        }

        @Override
        public boolean stop(String job) {
            boolean running = !list(job, 1).isEmpty();
            words = running ? "" : words;
            return running;
        }
    }

    @BeforeEach
    void start() {
        stores = new Stores(root);
        first = jobs(one);
        second = jobs(two);
    }

    private RunningJobs jobs(Executions executions) {
        return new RunningJobs(
                executions, () -> "one", stores.collectionFiles(), stores.retention(), stores.scrubFiles());
    }

    @Test
    void otherInstancesKnowHowFarAJobIs() {
        assertThat(second.progress("scrub")).isEmpty();
        one.words = "RUNNING: 10 %";
        assertThat(first.progress("scrub")).map(Progress::words).contains("RUNNING: 10 %");

        first.tell();
        assertThat(second.progress("scrub")).map(Progress::words).contains("RUNNING: 10 %");
        assertThat(second.progress("collect")).isEmpty();

        one.words = "";
        assertThat(first.progress("scrub")).isEmpty();
        first.tell();
        assertThat(second.progress("scrub")).isEmpty();
    }

    @Test
    void otherInstanceStopsAJob() {
        one.words = "RUNNING: 10 %";
        first.tell();
        first.tell();
        assertThat(one.words).as("goes on").isNotEmpty();

        second.stop("scrub");
        first.tell();
        first.tell();

        assertThat(one.words).isEmpty();
        assertThat(stores.scrubFiles().text("stop")).isEmpty();
        assertThat(stores.scrubFiles().text("progress")).isEmpty();
    }

    @Test
    void orderForAnEarlierRunStopsNoOther() {
        stores.scrubFiles().put("stop", "somebody");
        one.words = "RUNNING: 10 %";
        first.tell();
        first.tell();

        assertThat(one.words).isNotEmpty();
    }

    @Test
    void nothingIsWrittenWhereNothingRuns() {
        List<String> before = stores.files();
        first.tell();
        second.stop("scrub");

        assertThat(stores.files()).isEqualTo(before);
    }

    @Test
    void progressOfADeadInstanceIsForgotten() {
        Progress progress = new Progress("p", "one", BEGIN, true, "words", BEGIN);

        assertThat(Progress.parse(progress.toJson())).contains(progress);
        assertThat(progress.isFresh(BEGIN.plusSeconds(59))).isTrue();
        assertThat(progress.isFresh(BEGIN.plus(Duration.ofMinutes(2)))).isFalse();
        assertThat(Progress.parse("{}")).isEmpty();
        assertThat(Progress.parse("damaged")).isEmpty();
    }
}
