package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RepositoryName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadLeaseTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final String FOREIGN = new ProcessIdentity("another-host", 1, "1").toString();

    @TempDir
    Path root;

    private Stores here;
    private Stores there;
    private UUID id;
    private Path session;

    @BeforeEach
    void open() {
        here = new Stores(root);
        there = new Stores(root);
        id = here.uploads().create(NAME, Digest.Algorithm.SHA256);
        session = here.at("repositories/a/_uploads/" + id);
    }

    @Test
    void secondOpenerIsRefusedHereAndElsewhere() {
        try (UploadSession first = here.uploads().open(NAME, id)) {
            assertThat(first.size()).isZero();
            assertRefused(ErrorCode.RANGE_INVALID, () -> here.uploads().open(NAME, id));
            assertRefused(ErrorCode.RANGE_INVALID, () -> there.uploads().open(NAME, id));
        }
        assertThat(claims()).isEmpty();
    }

    @Test
    void closedSessionIsOpenForOthers() {
        here.uploads().open(NAME, id).close();
        there.uploads().open(NAME, id).close();
        here.uploads().open(NAME, id).close();

        assertThat(claims()).isEmpty();
    }

    @Test
    void refusalLeavesTheLeaseToItsHolder() {
        try (UploadLease held = take(here).orElseThrow()) {
            List<String> before = claims();
            assertThat(take(there)).isEmpty();
            assertThat(take(here)).isEmpty();

            assertThat(claims()).isEqualTo(before).hasSize(1);
            held.renew();
        }
    }

    @Test
    void leaseOfADeadProcessIsSupersededAtOnce() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        lease(
                3,
                new ProcessIdentity(ProcessIdentity.CURRENT.host(), process.pid(), ProcessIdentity.CURRENT.started())
                        .toString());

        assertSuperseded();
    }

    @Test
    void leaseOfADeadProcessWhoseIdCameAgainIsSuperseded() throws IOException {
        ProcessIdentity self = ProcessIdentity.CURRENT;
        lease(1, new ProcessIdentity(self.host(), self.pid(), self.started() + "0").toString());

        assertSuperseded();
    }

    @Test
    void leaseOfAnotherProcessThatRunsIsRespected() throws Exception {
        String stat = Files.readString(Path.of("/proc/1/stat"));
        String started = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];

        assertRespected(lease(1, new ProcessIdentity(ProcessIdentity.CURRENT.host(), 1, started).toString()));
    }

    @Test
    void expiredLeaseIsSuperseded() throws IOException {
        Path lease = lease(1, FOREIGN);
        Files.setLastModifiedTime(
                lease, FileTime.from(Instant.now().minus(UploadLease.DURATION).minusSeconds(5)));

        assertSuperseded();
    }

    @Test
    void liveLeaseOfAnotherHostIsRespected() throws IOException {
        Path lease = lease(1, FOREIGN);

        assertRespected(lease);

        Files.setLastModifiedTime(
                lease, FileTime.from(Instant.now().minus(UploadLease.DURATION).plusSeconds(3)));
        assertRespected(lease);
    }

    @Test
    void leaseThatIsJustBeingWrittenIsRespected() throws IOException {
        assertRespected(lease(1, ""));
    }

    @Test
    void liveLeaseAmongDeadOnesIsRespected() throws IOException {
        Files.setLastModifiedTime(lease(1, FOREIGN), FileTime.fromMillis(0));
        Files.setLastModifiedTime(lease(3, FOREIGN), FileTime.fromMillis(0));

        assertRespected(lease(2, FOREIGN));
    }

    @Test
    void leaseThatAnotherTookOverMeanwhileIsLeftToIt() throws IOException {
        UploadLease lost = take(here).orElseThrow();
        Path lease = session.resolve(claims().getFirst());
        Files.writeString(lease, FOREIGN);

        lost.close();

        assertThat(lease).hasContent(FOREIGN);
    }

    @Test
    void sessionThatCannotBeOpenedHasNoLease() throws IOException {
        Path data = session.resolve("data");
        Files.delete(data);
        Files.createDirectory(data);
        assertRefused(ErrorCode.BLOB_UPLOAD_UNKNOWN, () -> here.uploads().open(NAME, id));

        Files.delete(data);
        Files.createFile(data);
        here.uploads().open(NAME, id).close();
    }

    @Test
    void ofManyThatRaceNeverTwoHoldTheLease() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger won = new AtomicInteger();
        List<Callable<Integer>> racers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Stores host = new Stores(root);
            racers.add(() -> {
                int most = 0;
                for (int attempt = 0; attempt < 150; attempt++) {
                    Optional<UploadLease> lease = take(host);
                    if (lease.isPresent()) {
                        most = Math.max(most, holders.incrementAndGet());
                        won.incrementAndGet();
                        LockSupport.parkNanos(100_000);
                        holders.decrementAndGet();
                        lease.get().close();
                    }
                }
                return most;
            });
        }
        lease(7, "garbage");
        Files.setLastModifiedTime(session.resolve("claim-7"), FileTime.fromMillis(0));
        try (var executor = Executors.newFixedThreadPool(racers.size())) {
            for (Future<Integer> racer : executor.invokeAll(racers)) {
                assertThat(racer.get()).isLessThanOrEqualTo(1);
            }
        }
        assertThat(won).hasPositiveValue();
        assertThat(claims()).isEmpty();
    }

    private void assertSuperseded() {
        try (UploadSession taken = here.uploads().open(NAME, id)) {
            assertThat(taken.size()).isZero();
            assertThat(claims()).hasSize(1);
            assertRefused(ErrorCode.RANGE_INVALID, () -> there.uploads().open(NAME, id));
        }
        assertThat(claims()).isEmpty();
    }

    private void assertRespected(Path lease) {
        List<String> before = claims();

        assertRefused(ErrorCode.RANGE_INVALID, () -> here.uploads().open(NAME, id));

        assertThat(lease).exists();
        assertThat(claims()).isEqualTo(before);
    }

    private Optional<UploadLease> take(Stores host) {
        return UploadLease.acquire(host.storage(), session);
    }

    private Path lease(int number, String holder) throws IOException {
        return Files.writeString(session.resolve("claim-" + number), holder);
    }

    private List<String> claims() {
        return here.storage().use(connection -> connection.list(session)).orElseThrow().stream()
                .filter(name -> name.startsWith("claim-"))
                .sorted()
                .toList();
    }
}
