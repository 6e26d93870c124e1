package org.fedoraproject.registry.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
        NfsConnectionFactory factory =
                new NfsConnectionFactory(new NfsConfig(root, 1, Duration.ofSeconds(20), Duration.ofSeconds(10)));
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
        NfsConnectionFactory factory = TestFactory.of(root, 1);
        Files.delete(root.resolve(".tmp"));
        factory.validate();

        assertUnavailable(factory);
        assertThat(factory.statistics().fault())
                .hasValueSatisfying(fault -> assertThat(fault).contains("empty"));
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
            assertThat(statistics.timedOut()).isZero();
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
        assertThat(factory.statistics().timedOut()).isEqualTo(2);
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
