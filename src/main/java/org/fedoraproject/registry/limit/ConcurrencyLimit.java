package org.fedoraproject.registry.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts and limits the concurrent requests of each client. Holds only clients that have some. */
final class ConcurrencyLimit {
    private final int most;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /** @param most for each client; 0 for no limit */
    ConcurrencyLimit(int most) {
        this.most = most;
    }

    /** Whether one more may begin. If so, it counts until {@link #leave}. */
    boolean enter(String client) {
        if (most == 0 || underWay.merge(client, 1, Integer::sum) <= most) {
            return true;
        }
        leave(client);
        return false;
    }

    void leave(String client) {
        if (most == 0) {
            return;
        }
        underWay.computeIfPresent(client, (same, count) -> count > 1 ? count - 1 : null);
    }

    int clients() {
        return underWay.size();
    }
}
