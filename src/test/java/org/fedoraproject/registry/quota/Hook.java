package org.fedoraproject.registry.quota;

import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.store.Steps;

/** Counts the uses of the share, and does something before each. */
final class Hook implements Steps {
    final AtomicInteger uses = new AtomicInteger();
    volatile Runnable before = () -> {};

    @Override
    public void next() {
        uses.incrementAndGet();
        before.run();
    }

    @Override
    public boolean await() {
        return false;
    }
}
