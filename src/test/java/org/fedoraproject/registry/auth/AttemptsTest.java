package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private long now = 1_000_000;
    private final Attempts attempts = new Attempts(3, Duration.ofSeconds(60), () -> now);

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
    void userIsNotKeptOutByOthersWhereTheyGotInBefore() {
        attempts.succeeded("192.0.2.9", "alice");
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

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 100_000; i++) {
            attempts.failed("192.0.2.1-" + i, "user" + i);
            attempts.succeeded("192.0.2.1-" + i, "user" + i);
        }
        assertThat(attempts.size()).isLessThanOrEqualTo(40_000);
    }

    private void go(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
