package org.fedoraproject.registry.cdn;

import java.time.Duration;

/** Waits for what another process brings about. */
final class Await {
    interface Condition {
        boolean holds() throws Exception;
    }

    private Await() {}

    /** Asks again and again. */
    static void until(String what, Duration limit, Condition condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not within " + limit + ": " + what);
                }
                Thread.sleep(50);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }
}
