package org.fedoraproject.registry.duty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DutyTest {
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    @Test
    void goesOnWhateverIsThrown() throws Exception {
        Duty duty = start(() -> {
            switch (runs.incrementAndGet()) {
                case 1 -> throw new DirectoryIteratorException(new IOException("Input/output error"));
                case 2 -> throw new StackOverflowError();
                case 3 -> throw new IOException("of the usual kind");
                default -> {}
            }
        });

        Await.until("it works", Duration.ofSeconds(5), () -> duty.lastSuccess().isAfter(Instant.EPOCH));

        assertThat(duty.failures()).isEqualTo(3);
        assertThat(runs.get()).isGreaterThan(3);
    }

    @Test
    void endsWhenItIsCancelled() throws Exception {
        Duty duty = start(runs::incrementAndGet);
        Await.until("it runs", Duration.ofSeconds(5), () -> runs.get() > 0);

        duty.cancel();
        scheduler.shutdown();

        Await.until("the thread has ended", Duration.ofSeconds(5), scheduler::isTerminated);
    }

    private Duty start(Duty.Work work) {
        Duty duty = new Duty("a-duty", work);
        duty.schedule(scheduler, Duration.ZERO, PAUSE);
        return duty;
    }
}
