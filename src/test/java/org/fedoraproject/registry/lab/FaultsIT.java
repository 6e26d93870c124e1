package org.fedoraproject.registry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.RegistryClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pulls, pushes, tag moves and deletes go on while something breaks. Whatever was acknowledged is there afterwards, nothing is
 * corrupt, nobody has to be started again, and what needs no file is answered all along. {@code -Dit.nfs.fault=120} lets
 * faults last longer than their seconds here; {@code -Dit.nfs.faults=all}, or some of them by name, makes more of it.
 */
@OnNfsLab
@Timeout(600)
class FaultsIT {
    private static final Duration WELL_AGAIN = Duration.ofSeconds(90);
    private static final Duration ALL_ALONG = Duration.ofSeconds(1);
    /** Those that are over in half a minute. */
    private static final String QUICK = "SERVER_SILENT,EXPORT_FULL";

    private static final List<String> KINDS = List.of("pull", "push", "tag move", "delete");

    private static final StringBuilder TABLE = new StringBuilder("""
            | fault | pull | push | tag move | delete | slowest `/v2/` of b |
            |---|---|---|---|---|---|
            """);

    private static NfsLab lab;

    /** What breaks, and how it is mended. */
    @SuppressWarnings("ImmutableEnumChecker") // the steps capture nothing
    enum Fault {
        SERVER_SILENT(
                "the NFS server says nothing",
                15,
                lab -> lab.does("unplug", "server"),
                lab -> lab.does("plug", "server")),
        SERVER_STOPPED("the NFS service is stopped", 10, lab -> lab.guestNfsd("stop"), lab -> lab.guestNfsd("start")),
        SERVER_LOSES_POWER("the NFS server loses power", lab -> lab.does("cut", "server")),
        EXPORT_READ_ONLY(
                "the export is read-only",
                8,
                lab -> lab.guestNfsd("export", "ro", "1"),
                lab -> lab.guestNfsd("export", "rw", "1")),
        EXPORT_FULL("the export is full", 8, lab -> lab.guestNfsd("fill"), lab -> lab.guestNfsd("empty")),
        QUOTA_USED_UP(
                "the user's quota is used up", 8, lab -> lab.guestNfsd("quota"), lab -> lab.guestNfsd("no-quota")),
        HANDLES_STALE(
                "the export is made again, handles are stale",
                8,
                lab -> lab.guestNfsd("export", "rw", "7"),
                lab -> lab.guestNfsd("export", "rw", "1")),
        INSTANCE_KILLED("an instance is killed", 0, lab -> lab.does("kill", "a"), lab -> lab.does("restart", "a")),
        HOST_LOSES_POWER("an instance's host loses power", lab -> lab.does("cut", "a")),
        CLOCK_AHEAD(
                "an instance's clock is two minutes ahead",
                12,
                lab -> lab.on("a", "date", "-s", "+120 seconds"),
                lab -> lab.on("a", "date", "-s", "-120 seconds"));

        private interface Step {
            void run(NfsLab lab) throws Exception;
        }

        private final String words;
        private final int seconds;
        private final Step happens;
        private final Step mends;

        /** One that mends itself. */
        Fault(String words, Step happens) {
            this(words, 0, happens, lab -> {});
        }

        Fault(String words, int seconds, Step happens, Step mends) {
            this.words = words;
            this.seconds = seconds;
            this.happens = happens;
            this.mends = mends;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    @BeforeAll
    static void start(NfsLab started) throws Exception {
        lab = started;
        lab.mount(NfsLab.FIRST);
    }

    @AfterAll
    static void writeTable() throws Exception {
        if (lab != null) {
            Files.writeString(BuildDirectory.servedRoot().resolveSibling("nfs-faults.md"), TABLE);
        }
    }

    static Stream<Fault> faults() {
        Set<String> chosen = Set.of(System.getProperty("it.nfs.faults", QUICK).split(","));
        return Stream.of(Fault.values()).filter(fault -> chosen.contains("all") || chosen.contains(fault.name()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void losesNothing(Fault fault) throws Exception {
        try (RegistryClient a = lab.a();
                RegistryClient b = lab.b();
                Workload workload =
                        new Workload(List.of(a, b), "faults/" + fault.name().toLowerCase(Locale.ROOT))) {
            Thread.sleep(2000);
            fault.happens.run(lab);
            Thread.sleep(1000L * (fault.seconds == 0 ? 0 : Integer.getInteger("it.nfs.fault", fault.seconds)));
            fault.mends.run(lab);
            Await.until("both are ready again", WELL_AGAIN, () -> lab.isReady("a") && lab.isReady("b"));
            Await.until(
                    "both take pushes again",
                    WELL_AGAIN,
                    () -> a.status("POST", "/v2/after/blobs/uploads/") == 202
                            && b.status("POST", "/v2/after/blobs/uploads/") == 202);
            workload.end();

            TABLE.append("| ").append(fault.words);
            KINDS.forEach(kind -> TABLE.append(" | ").append(workload.outcome(kind)));
            TABLE.append(" | ").append(workload.slowestBase(b).toMillis()).append(" ms |\n");
            System.out.println(TABLE);
            assertThat(workload.verify()).isEmpty();
            assertThat(workload.acknowledged()).as("work that was done").isPositive();
            assertThat(lab.verifyTree()).endsWith(": 0 problems");
            assertThat(workload.slowestBase(b))
                    .as("/v2/ all along, where the instance itself goes on")
                    .isLessThan(ALL_ALONG);
        }
    }
}
