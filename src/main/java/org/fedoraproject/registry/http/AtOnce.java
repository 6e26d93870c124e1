package org.fedoraproject.registry.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many requests of each client are under way, with a bound. Holds no clients but those that have some. */
final class AtOnce {
    private final int most;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /** @param most of one client; 0 for any number */
    AtOnce(int most) {
        this.most = most;
    }

    /** Whether one more may begin, which then is under way until {@link #leave}. */
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
