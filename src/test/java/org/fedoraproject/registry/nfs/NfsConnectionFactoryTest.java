package org.fedoraproject.registry.nfs;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.TreeRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NfsConnectionFactoryTest {
    @TempDir
    Path root;

    @Test
    void handsOutNoMoreConnectionsThanThePoolHas() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 2);
        List<NfsConnection> connections = new ArrayList<>();
        connections.add(factory.getConnection());
        connections.add(factory.getConnection());

        assertThat(factory.statistics().inUse()).isEqualTo(2);
        assertUnavailable(factory);

        connections.removeFirst().close();
        factory.getConnection().close();
        assertThat(factory.statistics().inUse()).isEqualTo(1);
    }

    @Test
    void observerKnowsForWhichThreadAnotherOneWorks() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        ThreadLocal<String> task = ThreadLocal.withInitial(() -> "none");
        List<String> seen = new ArrayList<>();
        factory.observe(new Operation.Observer() {
            @Override
            public void ended(Operation operation, long nanos) {
                seen.add(task.get());
            }

            @Override
            public <T> Callable<T> carry(Callable<T> work) {
                String present = task.get();
                return () -> {
                    task.set(present);
                    return work.call();
                };
            }
        });
        task.set("a push");
        AtomicReference<Thread> worker = new AtomicReference<>();

        factory.use(
                connection -> { // the mount has not answered just now
                    worker.set(Thread.currentThread());
                    return connection.create(root.resolve("file"), new byte[1]);
                });

        assertThat(worker.get()).isNotSameAs(Thread.currentThread());
        assertThat(seen).containsExactly("a push");
    }

    @Test
    void refusesWithinTheBoundedWaitAndSaysWhenToComeBack() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        try (NfsConnection held = factory.getConnection()) {
            long begin = System.nanoTime();
            assertThatThrownBy(factory::getConnection)
                    .isInstanceOfSatisfying(
                            NfsUnavailableException.class,
                            refusal -> assertThat(refusal.retryAfter()).isEqualTo(TestFactory.WAIT))
                    .hasMessageContaining("1 connections are in use");
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(TestFactory.WAIT, TestFactory.WAIT.plusSeconds(2));
        }
    }

    @Test
    void waitingThreadGetsThePermitThatIsGivenBack() throws Exception {
        NfsConnectionFactory factory = new NfsConnectionFactory(
                new NfsConfig(TreeRoot.setUp(root), 1, Duration.ofSeconds(20), 8, Duration.ofSeconds(10)));
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        try (NfsConnection held = factory.getConnection()) {
            Thread.ofVirtual().start(() -> {
                try {
                    factory.getConnection().close();
                    waiter.complete(null);
                } catch (IOException e) {
                    waiter.completeExceptionally(e);
                }
            });
            while (factory.statistics().waiting() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(waiter).isNotDone();
        }
        assertThat(waiter).succeedsWithin(10, TimeUnit.SECONDS);
    }

    @Test
    void callerDoesNotHangWithTheMount() throws Exception {
        Path mount = Files.createDirectory(root.resolve("mount"));
        NfsConnectionFactory factory = TestFactory.of(mount, 1);
        CountDownLatch back = new CountDownLatch(1);
        CompletableFuture<Object> caller = CompletableFuture.supplyAsync(() -> {
            try {
                return factory.use(connection -> hang(back));
            } catch (IOException e) {
                return e;
            }
        });
        assertThatThrownBy(() -> caller.get(500, TimeUnit.MILLISECONDS))
                .as("waits while the mount is thought to be well")
                .isInstanceOf(TimeoutException.class);
        Files.move(mount, root.resolve("away"));
        factory.validate();

        assertThat(caller).succeedsWithin(10, TimeUnit.SECONDS).isInstanceOf(NfsUnavailableException.class);
        assertThat(factory.statistics().inUse()).as("the work goes on").isEqualTo(1);

        back.countDown();
        Await.until(
                "the connection is given back",
                Duration.ofSeconds(10),
                () -> factory.statistics().inUse() == 0);
        Files.move(root.resolve("away"), mount);
        factory.validate();
        String done = factory.use(connection -> "done");
        assertThat(done).isEqualTo("done");
    }

    @Test
    void fileThatIsOpenedForACallerWhoHasLeftIsClosed() throws Exception {
        Path mount = Files.createDirectory(root.resolve("mount"));
        Path away = root.resolve("away");
        NfsConnectionFactory factory = TestFactory.of(mount, 2);
        LockSupport.parkNanos(200_000_000); // otherwise the caller would do the work itself
        CountDownLatch back = new CountDownLatch(1);
        CompletableFuture<NfsFile> opened = new CompletableFuture<>();
        CompletableFuture<Object> caller = CompletableFuture.supplyAsync(() -> {
            try {
                return factory.use(connection -> {
                    hang(back);
                    NfsFile file = NfsFile.open(factory, Files.writeString(root.resolve("file"), "content"), READ);
                    opened.complete(file);
                    return Optional.of(file);
                });
            } catch (IOException e) {
                return e;
            }
        });
        LockSupport.parkNanos(100_000_000);
        Files.move(mount, away);
        factory.validate();
        assertThat(caller).succeedsWithin(10, TimeUnit.SECONDS).isInstanceOf(NfsUnavailableException.class);
        Files.move(away, mount);
        factory.validate();
        back.countDown();

        NfsFile file = opened.get(5, TimeUnit.SECONDS);
        Await.until("it is closed", Duration.ofSeconds(5), () -> isClosed(file));
    }

    private static boolean isClosed(NfsFile file) throws IOException {
        try {
            return file.size() < 0;
        } catch (ClosedChannelException e) {
            return true;
        }
    }

    @Test
    void messagesInAnotherLanguageEndTheStart() {
        assertThatThrownBy(() -> Revalidation.requireKnownMessages(() -> {
                    throw new FileSystemException("name", null, "Ist kein Verzeichnis");
                }))
                .hasMessageContaining("Ist kein Verzeichnis")
                .hasMessageContaining("LC_ALL=C.UTF-8");
    }

    @Test
    void workIsDoneByItsCallerWhileTheMountAnswers() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        Thread first = factory.use(connection -> Thread.currentThread());
        Thread second = factory.use(connection -> Thread.currentThread());

        assertThat(first).as("nothing is known yet").isNotSameAs(Thread.currentThread());
        assertThat(second).isSameAs(Thread.currentThread());
    }

    /** As at the end of the application, or where the host gives no thread. */
    @Test
    void workIsDoneByItsCallerWhereNoThreadCanBeHad() throws Exception {
        Path file = TreeRoot.setUp(root).resolve("file");
        Files.createFile(file);
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        NfsFile open = NfsFile.open(factory, file, READ);
        factory.close();

        open.close();
        Thread worker = factory.use(connection -> Thread.currentThread());

        assertThat(worker).isSameAs(Thread.currentThread());
        assertThat(isClosed(open)).isTrue();
        assertThat(factory.statistics().inUse()).isZero();
    }

    @Test
    void whatWorkThrowsReachesTheCaller() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        for (int i = 0; i < 2; i++) { // in a thread of the factory, and in the caller's
            assertThatIOException()
                    .isThrownBy(() -> factory.use(connection -> {
                        throw new IOException("broken");
                    }));
            assertThatThrownBy(() -> factory.use(connection -> {
                        throw new IllegalStateException("broken");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(factory.statistics().inUse()).isZero();
            factory.use(connection -> true);
        }
    }

    private static Object hang(CountDownLatch back) {
        try {
            back.await();
            return "answered";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesAtOnceWhereManyWait() throws Exception {
        NfsConnectionFactory factory = new NfsConnectionFactory(
                new NfsConfig(TreeRoot.setUp(root), 1, Duration.ofSeconds(20), 1, Duration.ofSeconds(10)));
        NfsConnection held = factory.getConnection();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                factory.getConnection().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        while (factory.statistics().waiting() == 0) {
            LockSupport.parkNanos(1_000_000);
        }

        long begin = System.nanoTime();
        assertThatThrownBy(factory::getConnection).hasMessageContaining("1 requests wait");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));

        held.close();
        waiter.join();
    }

    @Test
    void readsTheServersClock() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);

        assertThat(factory.statistics().skew().abs()).isLessThan(Duration.ofSeconds(1));
        assertThat(factory.now())
                .isBetween(Instant.now().minusSeconds(1), Instant.now().plusSeconds(1));
        assertThat(root.resolve(".tmp")).isEmptyDirectory();
    }

    @Test
    void knowsTheSpaceOfTheShareFromTheStart() throws Exception {
        assertThat(TestFactory.of(root, 1).statistics().space().total())
                .isEqualTo(Files.getFileStore(root).getTotalSpace());
    }

    @Test
    void tellsThatNoWritesAreTakenAndGoesOnReading() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        Path temporary = root.resolve(".tmp");
        Files.delete(temporary);
        Files.createFile(temporary);
        factory.readClock();

        assertThat(factory.statistics().unwritable()).isPresent();
        assertThat(factory.statistics().fault()).isEmpty();
        factory.getConnection().close();

        Files.delete(temporary);
        factory.readClock();
        assertThat(factory.statistics().unwritable()).isEmpty();
    }

    @Test
    void interruptedThreadIsRefusedAndStaysInterrupted() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        try (NfsConnection held = factory.getConnection()) {
            Thread.currentThread().interrupt();
            assertUnavailable(factory);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void secondCloseGivesNoSecondPermit() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        NfsConnection connection = factory.getConnection();
        connection.close();
        connection.close();

        try (NfsConnection held = factory.getConnection()) {
            assertUnavailable(factory);
        }
    }

    @Test
    void rootThatIsGoneIsUnavailableUntilItIsBack() throws Exception {
        Path mount = Files.createDirectory(root.resolve("mount"));
        NfsConnectionFactory factory = TestFactory.of(mount, 1);
        Path away = root.resolve("away");
        Files.move(mount, away);
        factory.validate();

        assertUnavailable(factory);
        assertThat(factory.statistics().fault())
                .hasValueSatisfying(fault -> assertThat(fault).contains("mount"));
        assertThat(factory.statistics().inUse()).isZero();

        Files.move(away, mount);
        factory.validate();

        factory.getConnection().close();
        assertThat(factory.statistics().fault()).isEmpty();
    }

    @Test
    void emptyDirectoryWhereTheShareWasMountedIsUnavailable() throws Exception {
        Path mount = Files.createDirectory(root.resolve("mount"));
        NfsConnectionFactory factory = TestFactory.of(mount, 1);
        Files.move(mount, root.resolve("away"));
        Files.createDirectory(mount);
        factory.validate();

        assertUnavailable(factory);
        assertThat(factory.statistics().fault())
                .hasValueSatisfying(fault -> assertThat(fault).contains("is the share mounted?"));
    }

    @Test
    void nothingIsMadeInTheDirectoryBelowAMountThatIsGone() throws Exception {
        Path mount = Files.createDirectory(root.resolve("mount"));
        NfsConnectionFactory factory = TestFactory.of(mount, 1);
        Files.move(mount, root.resolve("away"));
        Files.createDirectory(mount);

        factory.readClock();
        assertThat(factory.statistics().unwritable()).isPresent();
        for (String file : List.of("docker/registry/v2/blobs/file", "file", ".queues/x/file")) {
            assertThatThrownBy(() -> factory.use(connection -> {
                        connection.write(mount.resolve(file), new byte[1]);
                        return true;
                    }))
                    .isInstanceOf(NfsUnavailableException.class)
                    .hasMessageContaining("is the share mounted?");
        }
        assertThatThrownBy(() -> factory.use(connection -> {
                    connection.makeDirectories(mount.resolve(".auth"));
                    return true;
                }))
                .isInstanceOf(NfsUnavailableException.class);
        assertThat(mount).isEmptyDirectory();
    }

    @Test
    void anotherShareInItsPlaceIsUnavailable() throws Exception {
        Path mount = Files.createDirectory(root.resolve("mount"));
        NfsConnectionFactory factory = TestFactory.of(mount, 1);
        Path away = root.resolve("away");
        Files.move(mount, away);
        TestFactory.of(Files.createDirectory(mount), 1).close();
        factory.validate();

        assertUnavailable(factory);
        assertThat(factory.statistics().fault())
                .hasValueSatisfying(fault -> assertThat(fault).contains("another share"));

        Files.move(mount, root.resolve("other"));
        Files.move(away, mount);
        factory.validate();
        factory.getConnection().close();
    }

    @Test
    void rootWithoutATreeIsRefusedWithTheWayToSetOneUp() throws IOException {
        NfsConfig config = new NfsConfig(root, 1, Duration.ofSeconds(1), 1, Duration.ofSeconds(10));

        assertThatIOException()
                .isThrownBy(() -> new NfsConnectionFactory(config))
                .withMessageContainingAll("registry.nfs.root", "Is the share mounted?", "mkdir -p " + root);
        assertThat(root).as("nothing was made").isEmptyDirectory();
    }

    @Test
    void instancesOverOneTreeAgreeOnItsMarker() throws Exception {
        TestFactory.of(root, 1).close();
        String first = Files.readString(root.resolve(".share"));
        NfsConnectionFactory second = TestFactory.of(root, 1);
        second.validate();

        assertThat(Files.readString(root.resolve(".share"))).isEqualTo(first).isNotBlank();
        assertThat(second.statistics().fault()).isEmpty();
        assertThat(root.resolve(".tmp")).isEmptyDirectory();
    }

    @Test
    void statisticsTellOfThePool() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 3);
        Instant before = Instant.now();
        factory.validate();
        try (NfsConnection one = factory.getConnection();
                NfsConnection two = factory.getConnection()) {
            NfsStatistics statistics = factory.statistics();

            assertThat(statistics.maxConnections()).isEqualTo(3);
            assertThat(statistics.inUse()).isEqualTo(2);
            assertThat(statistics.waiting()).isZero();
            assertThat(statistics.refused()).isZero();
            assertThat(statistics.validated()).isBetween(before, Instant.now());
            assertThat(statistics.fault()).isEmpty();
        }
    }

    @Test
    void statisticsCountRefusals() throws Exception {
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        try (NfsConnection held = factory.getConnection()) {
            assertUnavailable(factory);
            assertUnavailable(factory);
        }
        assertThat(factory.statistics().refused()).isEqualTo(2);
    }

    @Test
    void rootThatIsMissingOrNoDirectoryIsRefusedByItsKey() throws Exception {
        Path file = Files.createFile(root.resolve("file"));

        assertThatIOException()
                .isThrownBy(() -> TestFactory.of(root.resolve("missing"), 1))
                .withMessageContainingAll("registry.nfs.root", "missing");
        assertThatIOException()
                .isThrownBy(() -> TestFactory.of(file, 1))
                .withMessageContainingAll("registry.nfs.root", "file");
    }

    private static void assertUnavailable(NfsConnectionFactory factory) {
        assertThatThrownBy(factory::getConnection).isInstanceOf(NfsUnavailableException.class);
    }
}
