package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoginThrottleTest {
    private long now = 1_000_000;
    private final LoginThrottle attempts = new LoginThrottle(3, Duration.ofSeconds(60), () -> now);

    @Test
    void addressThatFailsTooOftenWaits() {
        for (int i = 0; i < 3; i++) {
            assertThat(attempts.mustWait("192.0.2.1", "user" + i)).isEmpty();
            attempts.failed("192.0.2.1", "user" + i);
        }
        go(20);
        assertThat(attempts.mustWait("192.0.2.1", "another")).hasValue(Duration.ofSeconds(40));
        assertThat(attempts.mustWait("192.0.2.2", "another")).isEmpty();
        assertThat(attempts.refused()).isEqualTo(1);
        go(40);
        assertThat(attempts.mustWait("192.0.2.1", "another")).isEmpty();
    }

    @Test
    void userWhoseNameIsTriedFromEverywhereWaits() {
        for (int i = 0; i < 3; i++) {
            attempts.failed("192.0.2." + i, "alice");
        }
        assertThat(attempts.mustWait("192.0.2.9", "alice")).isPresent();
        assertThat(attempts.mustWait("192.0.2.9", "bob")).isEmpty();
    }

    @Test
    void userIsNotKeptOutByOthersWhereTheyGotInBefore() throws Exception {
        login("192.0.2.9", "alice", true);
        for (int i = 0; i < 3; i++) {
            attempts.failed("192.0.2." + i, "alice");
        }
        assertThat(attempts.mustWait("192.0.2.9", "alice")).isEmpty();
        assertThat(attempts.mustWait("192.0.2.8", "alice")).isPresent();
    }

    @Test
    void addressesOfOneIpv6NetworkAreOne() {
        for (int i = 0; i < 3; i++) {
            attempts.failed("2001:db8::" + i, "user" + i);
        }
        assertThat(attempts.mustWait("2001:db8::ffff", "x")).isPresent();
        assertThat(attempts.mustWait("2001:db8:0:1::1", "x")).isEmpty();
    }

    /** Three may fail: the fourth waits for the outcome of those that are under way. */
    @Test
    @Timeout(20)
    void loginsUnderWayCountUntilTheyEnd() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(attempts.begin("192.0.2.1", "alice")).isEmpty();
        }
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Optional<Duration>> fourth = executor.submit(() -> attempts.begin("192.0.2.1", "alice"));
            attempts.end("192.0.2.1", "alice", false);
            attempts.end("192.0.2.1", "alice", false);
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> fourth.get(100, TimeUnit.MILLISECONDS));
            attempts.end("192.0.2.1", "alice", false);
            assertThat(fourth.get()).hasValue(Duration.ofSeconds(60));
        }
    }

    @Test
    @Timeout(20)
    void loginsThatSucceedMakeRoomForOthersAtOnce() throws Exception {
        for (int i = 0; i < 3; i++) {
            attempts.begin("192.0.2.1", "user" + i);
        }
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Optional<Duration>> fourth = executor.submit(() -> attempts.begin("192.0.2.1", "user3"));
            attempts.end("192.0.2.1", "user0", true);
            assertThat(fourth.get()).isEmpty();
        }
    }

    @Test
    void memoryIsBounded() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            attempts.failed("192.0.2.1-" + i, "user" + i);
            login("192.0.2.2-" + i, "other" + i, true);
        }
        assertThat(attempts.size()).isLessThanOrEqualTo(40_000);
    }

    /** Headers and forms have room for names of tens of thousands of characters; nobody has such a name. */
    @Test
    void longNamesAreNotKeptWhole() {
        String begin = "x".repeat(10_000);
        for (int i = 0; i < 3; i++) {
            attempts.failed("192.0.2." + i, begin + i);
        }

        assertThat(attempts.mustWait("192.0.2.9", begin + "other")).isPresent();
        assertThat(attempts.mustWait("192.0.2.9", "x".repeat(256))).isEmpty();
    }

    private void login(String address, String user, boolean succeeded) throws InterruptedException {
        assertThat(attempts.begin(address, user)).isEmpty();
        attempts.end(address, user, succeeded);
    }

    private void go(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
