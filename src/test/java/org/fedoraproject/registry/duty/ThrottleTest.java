package org.fedoraproject.registry.duty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void spreadsOperations() {
        Throttle throttle = new Throttle(1000, () -> false);

        Duration took = time(() -> {
            for (int i = 0; i < 500; i++) {
                assertThat(throttle.pass(1)).isTrue();
            }
        });

        assertThat(took).isBetween(Duration.ofMillis(390), Duration.ofSeconds(5));
    }

    @Test
    void spreadsMoreBytesThanAnIntegerHolds() {
        Throttle throttle = new Throttle(1L << 40, () -> false);

        Duration took = time(() -> assertThat(throttle.pass(1L << 39)).isTrue());

        assertThat(took).isBetween(Duration.ofMillis(390), Duration.ofSeconds(5));
    }

    @Test
    void endsAWaitWhenTheRunShallStop() {
        AtomicInteger asked = new AtomicInteger();
        Throttle throttle = new Throttle(1, () -> asked.incrementAndGet() > 2);

        Duration took = time(() -> assertThat(throttle.pass(60)).isFalse());

        assertThat(took).isLessThan(SECOND.multipliedBy(10));
        assertThat(throttle.pause(SECOND.multipliedBy(60))).isFalse();
    }

    @Test
    void waitsNoMoreInAThreadThatIsInterrupted() {
        Throttle throttle = new Throttle(1, () -> false);
        Thread.currentThread().interrupt();

        assertThat(throttle.pass(60)).isFalse();
        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    }

    private static Duration time(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
