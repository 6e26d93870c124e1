package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.junit.jupiter.api.Test;

/** Six requests in a minute, two uploads at once. */
class RateLimiterTest {
    private static final String ADDRESS = "192.0.2.1";
    private static final String ALICE = "alice";
    private static final String ANONYMOUS = "";

    private final LimitSettings settings = new LimitSettings();
    private final Limits limits = new Limits(settings.config());
    private final RateLimiter callers;
    private long now = Long.MAX_VALUE - 1; // the clock's values say nothing, and may overflow

    RateLimiterTest() {
        settings.maxRequests = 6;
        settings.maxUploads = 2;
        callers = new RateLimiter(settings.config(), limits, () -> now);
    }

    @Test
    void requestsBeyondTheRateWait() {
        ask(6, ANONYMOUS, ADDRESS);
        RegistryException refusal = assertRefused(ErrorCode.TOOMANYREQUESTS, () -> callers.count(ANONYMOUS, ADDRESS));
        assertThat(refusal.headers()).containsEntry("Retry-After", "10");
        assertThat(limits.count(LimitKind.REQUESTS)).isEqualTo(1);
    }

    @Test
    void roomComesBackEvenly() {
        ask(6, ANONYMOUS, ADDRESS);
        go(10);
        ask(1, ANONYMOUS, ADDRESS);
        assertRefused(ErrorCode.TOOMANYREQUESTS, () -> callers.count(ANONYMOUS, ADDRESS));
        go(3600);
        ask(6, ANONYMOUS, ADDRESS);
        assertRefused(ErrorCode.TOOMANYREQUESTS, () -> callers.count(ANONYMOUS, ADDRESS));
    }

    @Test
    void whoIsRefusedDoesNotWaitLongerForIt() {
        ask(6, ALICE, ADDRESS);
        for (int i = 0; i < 100; i++) {
            assertRefused(ErrorCode.TOOMANYREQUESTS, () -> callers.count(ALICE, ADDRESS));
        }
        go(10);
        ask(1, ALICE, ADDRESS);
    }

    @Test
    void userIsOneEverywhereAndAnotherThanTheAddress() {
        for (int i = 0; i < 6; i++) {
            ask(1, ALICE, "192.0.2." + i);
        }
        assertRefused(ErrorCode.TOOMANYREQUESTS, () -> callers.count(ALICE, "192.0.2.200"));
        ask(6, ANONYMOUS, ADDRESS);
        ask(6, "bob", ADDRESS);
        ask(6, ADDRESS, ADDRESS);
    }

    @Test
    void addressesOfOneIpv6NetworkAreOne() {
        for (int i = 0; i < 6; i++) {
            ask(1, ANONYMOUS, "2001:db8::" + i);
        }
        assertRefused(ErrorCode.TOOMANYREQUESTS, () -> callers.count(ANONYMOUS, "2001:db8::ffff"));
        ask(6, ANONYMOUS, "2001:db8:0:1::1");
    }

    @Test
    void uploadsAtOnceAreCountedWhileTheyLast() {
        RateLimiter.Admission first = callers.admit(ALICE, ADDRESS, true);
        RateLimiter.Admission second = callers.admit(ALICE, "192.0.2.2", true);
        RegistryException refusal = assertRefused(ErrorCode.TOOMANYREQUESTS, () -> callers.admit(ALICE, ADDRESS, true));
        assertThat(refusal.headers()).containsEntry("Retry-After", "5");
        assertThat(limits.count(LimitKind.UPLOADS)).isEqualTo(1);
        callers.admit(ALICE, ADDRESS, false).close();
        callers.admit("bob", ADDRESS, true).close();

        second.close();
        callers.admit(ALICE, ADDRESS, true).close();
        first.close();
    }

    @Test
    void noLimitIsNone() {
        settings.maxRequests = 0;
        settings.maxUploads = 0;
        RateLimiter unlimited = new RateLimiter(settings.config(), limits, () -> now);
        for (int i = 0; i < 1000; i++) {
            unlimited.admit(ALICE, ADDRESS, true);
        }
        assertThat(unlimited.size()).isZero();
    }

    @Test
    void memoryIsBounded() {
        List<RateLimiter.Admission> admitted = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            admitted.add(callers.admit(ANONYMOUS, "192.0.2.1-" + i, i % 100 == 0));
        }
        admitted.forEach(RateLimiter.Admission::close);
        assertThat(callers.size()).isLessThanOrEqualTo(LruMap.MAX_ENTRIES);
    }

    private void ask(int times, String user, String address) {
        for (int i = 0; i < times; i++) {
            callers.count(user, address);
        }
    }

    private void go(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
