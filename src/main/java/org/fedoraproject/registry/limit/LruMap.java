package org.fedoraproject.registry.limit;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of bounded size that drops the least recently used entry first. Not thread-safe. */
final class LruMap<T> extends LinkedHashMap<String, T> {
    static final int MAX_ENTRIES = 20_000;

    private static final long serialVersionUID = 1;

    LruMap() {
        super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
        return size() > MAX_ENTRIES;
    }
}
