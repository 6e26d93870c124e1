package org.fedoraproject.registry.repository;

import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.time.Duration;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private static final int ROOM_OF_A_SMALL_ONE = 64 * 1024;

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
    void anAnswerThatFindsNoRoomIsRefusedAtOnce() {
        try (Allowance.Answer first = allowance.forAnAnswer()) {
            first.add(Manifest.MAX_SIZE);
            first.add(3L * Manifest.MAX_SIZE + ROOM_OF_A_SMALL_ONE);
            try (Allowance.Answer second = allowance.forAnAnswer()) {
                second.add(10_000);
                assertRefused(ErrorCode.UNAVAILABLE, () -> second.add(100_000));
            }
            allowance.forAList().close();
        }
        try (Allowance.Answer third = allowance.forAnAnswer()) {
            third.add(4L * Manifest.MAX_SIZE);
        }
    }

    @Test
    void whatIsAnnouncedLongerThanAnyManifestIsHeldAsTheLongest() {
        allowance.forAPush(Long.MAX_VALUE).close();
    }
}
