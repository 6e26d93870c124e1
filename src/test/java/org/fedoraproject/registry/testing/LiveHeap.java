package org.fedoraproject.registry.testing;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;

/** The most heap that was in use just after the JVM has collected its own garbage, over what was in use at the begin. */
public final class LiveHeap implements AutoCloseable {
    private final AtomicLong most = new AtomicLong();
    private final NotificationListener listener = (notification, nothing) -> collected(notification);
    private final long before;

    /** Begins to watch. */
    public LiveHeap() {
        System.gc();
        before = used();
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) each).addNotificationListener(listener, null, null);
        }
    }

    /** In MiB. */
    public long mebibytes() {
        System.gc();
        return Math.max(0, Math.max(most.get(), used()) - before) >> 20;
    }

    private void collected(Notification notification) {
        if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            most.accumulateAndGet(used(), Math::max);
        }
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public void close() {
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            try {
                ((NotificationEmitter) each).removeNotificationListener(listener);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
