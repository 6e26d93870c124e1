package org.fedoraproject.registry.oci;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The part of a listing that a client asks for with {@code n} and {@code last} (end-8b).
 *
 * @param limit at most so many entries
 * @param last only entries after this one; empty for the first page. It need not be an entry itself.
 */
public record Page(int limit, String last) {
    /** Where sorting all is no more work. */
    private static final int MANY = 10_000;

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

    /** This page of all names, which come in any order. Sorts no more of them than it has. */
    public Entries<String> select(Stream<String> names) {
        Stream<String> following = names.filter(name -> name.compareTo(last) > 0);
        List<String> least =
                limit < MANY ? least(following) : following.sorted().toList();
        return of(least, Function.identity());
    }

    /** One more than the limit, in order. */
    private List<String> least(Stream<String> names) {
        PriorityQueue<String> least = new PriorityQueue<>(Comparator.reverseOrder());
        names.forEach(name -> {
            if (least.size() <= limit) {
                least.add(name);
            } else if (name.compareTo(least.peek()) < 0) {
                least.poll();
                least.add(name);
            }
        });
        return least.stream().sorted().toList();
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
