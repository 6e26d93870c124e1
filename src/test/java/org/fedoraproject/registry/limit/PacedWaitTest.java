package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PacedWaitTest {
    private final Pace pace = new Pace(1000, Duration.ofMillis(300));
    private final AtomicInteger refused = new AtomicInteger();
    private final PacedWait wait = new PacedWait(pace, () -> true, refused::incrementAndGet);

    @Test
    void endsForAClientThatTrickles() {
        assertThatIOException().isThrownBy(() -> waitAgainAndAgain(1)).withMessageContaining("too slow");
        assertThat(refused).hasValue(1);
        assertThatIOException()
                .as("what is left is not waited for")
                .isThrownBy(() -> wait.await(nanos -> {
                    throw new AssertionError("waits");
                }));
        assertThat(refused).hasValue(1);
    }

    @Test
    void goesOnForAClientAtTheRate() throws Exception {
        for (int i = 0; i < 40; i++) {
            wait.await(PacedWaitTest::sleep);
            wait.moved(100);
        }
        assertThat(refused).hasValue(0);
    }

    /** That is the storage's time, and not the client's. */
    @Test
    void timeBetweenWaitsDoesNotCount() throws Exception {
        for (int i = 0; i < 40; i++) {
            wait.await(nanos -> {});
            wait.moved(1);
            sleep(0);
        }
        assertThat(refused).hasValue(0);
    }

    @Test
    void doesNotBeginWithoutAThread() {
        PacedWait none = new PacedWait(pace, () -> false, refused::incrementAndGet);
        assertThatIOException()
                .isThrownBy(() -> none.await(nanos -> {
                    throw new AssertionError("waits");
                }));
        assertThat(refused).hasValue(0);
    }

    @Test
    void canBeGivenUpFromOutside() {
        wait.giveUp();
        wait.giveUp();
        assertThat(refused).hasValue(1);
        assertThatIOException().isThrownBy(() -> wait.await(nanos -> {}));
    }

    @Test
    void looksAgainEachSecond() throws Exception {
        wait.await(nanos -> assertThat(nanos).isEqualTo(TimeUnit.SECONDS.toNanos(1)));
        wait.await(5, nanos -> assertThat(nanos).isEqualTo(5));
        wait.await(TimeUnit.DAYS.toNanos(1), nanos -> assertThat(nanos).isEqualTo(TimeUnit.SECONDS.toNanos(1)));
    }

    private void waitAgainAndAgain(int bytes) throws IOException {
        for (int i = 0; i < 1000; i++) {
            wait.await(PacedWaitTest::sleep);
            wait.moved(bytes);
        }
    }

    private static void sleep(long nanos) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
}
