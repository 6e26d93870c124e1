package org.fedoraproject.registry.page;

import java.util.List;

/**
 * The first entries of a list that may be long.
 *
 * @param more how many are not shown
 */
public record Shown<T>(List<T> entries, int more) {
    public Shown {
        entries = List.copyOf(entries);
    }

    static <T> Shown<T> first(int most, List<T> all) {
        return all.size() <= most ? new Shown<>(all, 0) : new Shown<>(all.subList(0, most), all.size() - most);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }
}
