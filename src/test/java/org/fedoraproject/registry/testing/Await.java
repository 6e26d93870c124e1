package org.fedoraproject.registry.testing;

import java.time.Duration;

/** Waits for what another process brings about. */
public final class Await {
    /** What is waited for. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    private Await() {}

    /** Asks again and again. */
    public static void until(String what, Duration limit, Condition condition) {
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
