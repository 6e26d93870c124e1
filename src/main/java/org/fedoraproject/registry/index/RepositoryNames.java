package org.fedoraproject.registry.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;

/** The repositories by name, in the order of the catalog: component by component. */
final class RepositoryNames {
    /** About 170 bytes each. */
    static final int LIMIT = 500_000;

    /** A slash comes before all other characters of names, so that {@code a/b} comes before {@code a-b}. */
    static final Comparator<String> BY_COMPONENT = RepositoryNames::compare;

    /** In bytes of heap: an entry of the map, without the characters of its name. */
    private static final int ENTRY = 150;

    private final NavigableMap<String, Integer> tags = new ConcurrentSkipListMap<>(BY_COMPONENT);
    private final LongAdder allTags = new LongAdder();
    private final LongAdder characters = new LongAdder();

    /** Returns whether there is room for it. */
    boolean put(RepositoryName name, int tagCount) {
        if (tags.size() >= LIMIT && !tags.containsKey(name.value())) {
            return false;
        }
        Integer before = tags.put(name.value(), tagCount);
        allTags.add(tagCount - (before == null ? 0 : before));
        characters.add(before == null ? name.value().length() : 0);
        return true;
    }

    void remove(RepositoryName name) {
        Integer before = tags.remove(name.value());
        if (before != null) {
            allTags.add(-before);
            characters.add(-name.value().length());
        }
    }

    int size() {
        return tags.size();
    }

    /** The tags of all repositories together. */
    long tagCount() {
        return allTags.sum();
    }

    /** About so many bytes of heap. */
    long heapSize() {
        return characters.sum() + (long) ENTRY * tags.size();
    }

    /** The names after {@code from}, which may be empty, up to {@code to}; to the end if that is empty. */
    List<String> between(String from, String to) {
        NavigableMap<String, Integer> part = from.isEmpty() ? tags : tags.tailMap(from, false);
        return List.copyOf((to.isEmpty() ? part : part.headMap(to, true)).keySet());
    }

    /**
     * A page of the repositories whose names contain a text.
     *
     * @param shown whether the caller may see it
     */
    Page.Entries<FoundRepository> search(String text, Page page, Predicate<RepositoryName> shown) {
        List<FoundRepository> found = new ArrayList<>();
        NavigableMap<String, Integer> rest = page.last().isEmpty() ? tags : tags.tailMap(page.last(), false);
        for (Map.Entry<String, Integer> each : rest.entrySet()) {
            if (each.getKey().contains(text) && shown.test(RepositoryName.parse(each.getKey()))) {
                if (found.size() == page.limit()) {
                    return new Page.Entries<>(found, page.limit() > 0);
                }
                found.add(new FoundRepository(each.getKey(), each.getValue()));
            }
        }
        return new Page.Entries<>(found, false);
    }

    private static int compare(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            int difference = rank(left.charAt(i)) - rank(right.charAt(i));
            if (difference != 0) {
                return difference;
            }
        }
        return left.length() - right.length();
    }

    private static int rank(char c) {
        return c == '/' ? 0 : c;
    }
}
