package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fedoraproject.registry.oci.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HashingLimitTest {
    @Test
    @Timeout(20)
    void fewAreInAndSomeWaitAndOthersAreRefused() throws Exception {
        HashingLimit limit = new HashingLimit(1, 1, Duration.ofSeconds(10));
        CountDownLatch in = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Future<String> first = executor.submit(() -> limit.run(() -> {
                in.countDown();
                await(end);
                return "first";
            }));
            in.await();
            Thread second = Thread.ofPlatform().start(() -> limit.run(() -> "second"));
            while (second.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertRefused(ErrorCode.TOOMANYREQUESTS, () -> limit.run(() -> "third"));
            end.countDown();
            second.join();
            assertThat(first.get()).isEqualTo("first");
        }
        assertThat(limit.run(() -> "fourth")).isEqualTo("fourth");
    }

    @Test
    void whoWaitsTooLongIsRefused() {
        HashingLimit limit = new HashingLimit(1, 1, Duration.ofMillis(20));
        limit.run(() -> {
            assertRefused(ErrorCode.TOOMANYREQUESTS, () -> limit.run(() -> "inside"));
            return true;
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
