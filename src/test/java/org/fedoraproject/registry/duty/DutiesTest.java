package org.fedoraproject.registry.duty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DutiesTest {
    private static final Duration PAUSE = Duration.ofMillis(1);

    /** While a deployment ends, the server's scheduler takes no more work. */
    @Test
    void dutyThatCouldNotStartDoesNotKeepTheOthersFromStopping() throws Exception {
        Duties duties = new Duties(); // outside of a server, there is no scheduler
        assertThatThrownBy(() -> duties.start("refused", PAUSE, PAUSE, () -> {}))
                .isInstanceOf(NullPointerException.class);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        duties.startInOwnThread("works", Duration.ZERO, PAUSE, () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
        });
        begun.await();

        duties.stop();

        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    }
}
