package org.fedoraproject.registry.repository;

import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.time.Duration;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.junit.jupiter.api.Test;

class HeapBudgetTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private static final int ROOM_OF_A_SMALL_ONE = 64 * 1024;

    /** Room for one manifest. */
    private final HeapBudget heapBudget = new HeapBudget(0, SHORT);

    @Test
    void aLargeManifestWaitsForAnotherAndIsRefusedInTheEnd() {
        try (HeapBudget.Reservation held = heapBudget.reserveForPush(Manifest.MAX_SIZE)) {
            assertRefused(ErrorCode.UNAVAILABLE, () -> heapBudget.reserveForPush(100_000));
        }
        heapBudget.reserveForPush(Manifest.MAX_SIZE).close();
    }

    @Test
    void smallManifestsNeverWait() {
        try (HeapBudget.Reservation held = heapBudget.reserveForPush(Manifest.MAX_SIZE)) {
            heapBudget.reserveForPush(10_000).close();
        }
    }

    @Test
    void listsDoNotWaitForPushes() {
        try (HeapBudget.Reservation held = heapBudget.reserveForPush(Manifest.MAX_SIZE)) {
            heapBudget.reserveForList().close();
        }
    }

    @Test
    void aListWaitsForAnother() {
        try (HeapBudget.Reservation held = heapBudget.reserveForList()) {
            assertRefused(ErrorCode.UNAVAILABLE, heapBudget::reserveForList);
        }
        heapBudget.reserveForList().close();
    }

    @Test
    void aResponseThatFindsNoRoomIsRefusedAtOnce() {
        try (HeapBudget.ResponseReservation first = heapBudget.reserveForResponse()) {
            first.add(Manifest.MAX_SIZE);
            first.add(3L * Manifest.MAX_SIZE + ROOM_OF_A_SMALL_ONE);
            try (HeapBudget.ResponseReservation second = heapBudget.reserveForResponse()) {
                second.add(10_000);
                assertRefused(ErrorCode.UNAVAILABLE, () -> second.add(100_000));
            }
            heapBudget.reserveForList().close();
        }
        try (HeapBudget.ResponseReservation third = heapBudget.reserveForResponse()) {
            third.add(4L * Manifest.MAX_SIZE);
        }
    }

    @Test
    void whatIsAnnouncedLongerThanAnyManifestIsHeldAsTheLongest() {
        heapBudget.reserveForPush(Long.MAX_VALUE).close();
    }
}
