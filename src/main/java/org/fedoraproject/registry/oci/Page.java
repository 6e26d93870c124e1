package org.fedoraproject.registry.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The part of a listing that a client requests with {@code n} and {@code last} (end-8b).
 *
 * @param limit the most entries of the page
 * @param last the page begins after this entry, which need not exist; empty for the first page
 */
public record Page(int limit, String last) {
    /** A page's entries in order, and whether more follow. */
    public record Entries<T>(List<T> entries, boolean more) {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Parses the query parameters. An {@code n} that is missing, empty or above {@code max} counts as {@code max},
     * because a 400 has broken clients.
     *
     * @throws RegistryException {@code PAGINATION_NUMBER_INVALID} if {@code n} is not a number or is below 0
     */
    public static Page parse(String n, String last, int max) {
        int limit = max;
        if (n != null && !n.isEmpty()) {
            if (!n.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw RegistryException.of(
                        ErrorCode.PAGINATION_NUMBER_INVALID, "n is a number of entries, not \"" + n + "\"");
            }
            limit = n.length() > 9 ? max : Math.min(Integer.parseInt(n), max);
        }
        return new Page(limit, last == null ? "" : last);
    }

    /** Collects this page from names that come in any order. Keeps at most twice as many as the page has. */
    public final class Selection {
        private final List<String> kept = new ArrayList<>();
        /** Names from this one on are not on the page; null while the page is not full. */
        private String bound;

        public void add(String name) {
            if (name.compareTo(last) > 0 && (bound == null || name.compareTo(bound) < 0)) {
                kept.add(name);
                if (kept.size() >= 2 * (limit + 1L)) {
                    keepLeast();
                }
            }
        }

        /** How many names are kept at the moment. */
        public int size() {
            return kept.size();
        }

        /** The page, in order. */
        public Entries<String> entries() {
            keepLeast();
            boolean more = kept.size() > limit;
            return new Entries<>(more ? kept.subList(0, limit) : kept, more && limit > 0);
        }

        /** Sorts the names and keeps one more than the limit. */
        private void keepLeast() {
            kept.sort(null);
            if (kept.size() > limit) {
                kept.subList(limit + 1, kept.size()).clear();
                bound = kept.getLast();
            }
        }
    }

    /** A new, empty selection for this page. */
    public Selection selection() {
        return new Selection();
    }

    /**
     * Goes through a listing from this page to its end.
     *
     * @param list reads a page
     * @param key of an entry, after which the next page begins
     */
    public <T> void forEach(Function<Page, Entries<T>> list, Function<T, String> key, Consumer<T> each) {
        Page page = this;
        while (true) {
            Entries<T> entries = list.apply(page);
            entries.entries().forEach(each);
            if (!entries.more()) {
                return;
            }
            page = new Page(limit, key.apply(entries.entries().getLast()));
        }
    }

    /** Takes this page out of all entries, which must be sorted by their keys. */
    public <T> Entries<T> of(List<T> sorted, Function<T, String> key) {
        int from = 0;
        while (from < sorted.size() && key.apply(sorted.get(from)).compareTo(last) <= 0) {
            from++;
        }
        int to = (int) Math.min((long) from + limit, sorted.size());
        return new Entries<>(sorted.subList(from, to), to < sorted.size() && limit > 0);
    }
}
