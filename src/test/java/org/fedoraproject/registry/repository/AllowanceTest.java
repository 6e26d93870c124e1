package org.fedoraproject.registry.repository;

import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.time.Duration;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    /** Room for one. */
    private final Allowance allowance = new Allowance(0, SHORT);

    @Test
    void aLargeManifestWaitsForAnotherAndIsRefusedInTheEnd() {
        try (Allowance.Held held = allowance.forAPush(Manifest.MAX_SIZE)) {
            assertRefused(ErrorCode.UNAVAILABLE, () -> allowance.forAPush(100_000));
        }
        allowance.forAPush(Manifest.MAX_SIZE).close();
    }

    @Test
    void smallManifestsNeverWait() {
        try (Allowance.Held held = allowance.forAPush(Manifest.MAX_SIZE)) {
            allowance.forAPush(10_000).close();
        }
    }

    @Test
    void listsDoNotWaitForPushes() {
        try (Allowance.Held held = allowance.forAPush(Manifest.MAX_SIZE)) {
            allowance.forAList().close();
        }
    }

    @Test
    void aListWaitsForAnother() {
        try (Allowance.Held held = allowance.forAList()) {
            assertRefused(ErrorCode.UNAVAILABLE, allowance::forAList);
        }
        allowance.forAList().close();
    }

    @Test
    void whatIsAnnouncedLongerThanAnyManifestIsHeldAsTheLongest() {
        allowance.forAPush(Long.MAX_VALUE).close();
    }
}
