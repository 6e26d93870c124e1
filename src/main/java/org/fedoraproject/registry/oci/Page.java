package org.fedoraproject.registry.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The part of a listing that a client asks for with {@code n} and {@code last} (end-8b).
 *
 * @param limit at most so many entries
 * @param last only entries after this one; empty for the first page. It need not be an entry itself.
 */
public record Page(int limit, String last) {
    /** A page's entries in order, and whether there are more behind them. */
    public record Entries<T>(List<T> entries, boolean more) {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Reads the query parameters; a missing or empty {@code n}, or one above {@code max} is {@code max}, for a 400 there has broken
     * clients.
     *
     * @throws RegistryException {@code PAGINATION_NUMBER_INVALID} where {@code n} is not a number or is below 0
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

    /** Collects the names of this page, which come in any order. Keeps no more than twice as many as the page has. */
    public final class Selection {
        private final List<String> kept = new ArrayList<>();
        /** The last name that may be of use; null while all may. */
        private String bound;

        public void add(String name) {
            if (name.compareTo(last) > 0 && (bound == null || name.compareTo(bound) < 0)) {
                kept.add(name);
                if (kept.size() >= 2 * (limit + 1L)) {
                    keepLeast();
                }
            }
        }

        /** How many names are kept now. */
        public int size() {
            return kept.size();
        }

        /** The page, in order. */
        public Entries<String> entries() {
            keepLeast();
            boolean more = kept.size() > limit;
            return new Entries<>(more ? kept.subList(0, limit) : kept, more && limit > 0);
        }

        /** One more than the limit, in order. */
        private void keepLeast() {
            kept.sort(null);
            if (kept.size() > limit) {
                kept.subList(limit + 1, kept.size()).clear();
                bound = kept.getLast();
            }
        }
    }

    /** An empty one of this page. */
    public Selection selection() {
        return new Selection();
    }

    /** This page of all entries, which come in the order of their keys. */
    public <T> Entries<T> of(List<T> sorted, Function<T, String> key) {
        int from = 0;
        while (from < sorted.size() && key.apply(sorted.get(from)).compareTo(last) <= 0) {
            from++;
        }
        int to = (int) Math.min((long) from + limit, sorted.size());
        return new Entries<>(sorted.subList(from, to), to < sorted.size() && limit > 0);
    }
}
