package org.fedoraproject.registry.oci;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;

/** Names of ASCII characters, each once and in order, in little space: a byte for each character, and four for each name. */
public final class SortedNames extends AbstractList<String> implements RandomAccess {
    private static final int BUFFER = 8192;

    private final byte[] text;
    /** Where each name ends in the text. */
    private final int[] ends;

    private SortedNames(byte[] text, int[] ends) {
        this.text = text;
        this.ends = ends;
    }

    /** Names with other characters are left out. */
    public static SortedNames of(Collection<String> names) {
        String[] sorted = names.stream()
                .filter(name -> name.chars().allMatch(c -> c < 0x80))
                .sorted()
                .distinct()
                .toArray(String[]::new);
        byte[] text = new byte[Arrays.stream(sorted).mapToInt(String::length).sum()];
        int[] ends = new int[sorted.length];
        int at = 0;
        for (int i = 0; i < sorted.length; i++) {
            byte[] name = sorted[i].getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(name, 0, text, at, name.length);
            at += name.length;
            ends[i] = at;
        }
        return new SortedNames(text, ends);
    }

    @Override
    public int size() {
        return ends.length;
    }

    @Override
    public String get(int index) {
        int begin = begin(index);
        return new String(text, begin, ends[index] - begin, StandardCharsets.US_ASCII);
    }

    @Override
    public boolean contains(Object name) {
        return name instanceof String text && find(text) >= 0;
    }

    /** How many bytes of the heap they take, about. */
    public long heapSize() {
        return 64L + text.length + 4L * ends.length;
    }

    /** The index of the first name that is not before this one; the size if all are. */
    public int indexFrom(String name) {
        int index = find(name);
        return index < 0 ? -index - 1 : index;
    }

    /** The page of these names. */
    public Slice page(Page page) {
        int found = find(page.last());
        int from = found < 0 ? -found - 1 : found + 1;
        int to = (int) Math.min((long) from + page.limit(), size());
        return new Slice(this, from, to, to < size() && page.limit() > 0);
    }

    private int begin(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /** As {@link Arrays#binarySearch}. */
    private int find(String name) {
        int low = 0;
        int high = ends.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(middle, name);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private int compare(int index, String name) {
        int begin = begin(index);
        int length = ends[index] - begin;
        for (int i = 0; i < Math.min(length, name.length()); i++) {
            int order = text[begin + i] - name.charAt(i);
            if (order != 0) {
                return order;
            }
        }
        return length - name.length();
    }

    /**
     * Some of the names, one after the other.
     *
     * @param more whether a page follows
     */
    public record Slice(SortedNames names, int from, int to, boolean more) {
        public List<String> list() {
            return names.subList(from, to);
        }

        /** The length in bytes of what {@link #writeTo} writes. */
        public long length(String separator) {
            if (from == to) {
                return 0;
            }
            return names.ends[to - 1] - names.begin(from) + (long) (to - from - 1) * separator.length();
        }

        /** Writes the names as ASCII, with an ASCII separator between them. Does not flush. */
        public void writeTo(OutputStream out, String separator) throws IOException {
            byte[] between = separator.getBytes(StandardCharsets.US_ASCII);
            byte[] buffer = new byte[(int) Math.min(BUFFER, length(separator))];
            int used = 0;
            for (int i = from; i < to; i++) {
                int begin = names.begin(i);
                int length = names.ends[i] - begin;
                int needed = length + between.length;
                if (used + needed > buffer.length) {
                    out.write(buffer, 0, used);
                    used = 0;
                }
                if (needed > buffer.length) {
                    buffer = new byte[needed];
                }
                if (i > from) {
                    System.arraycopy(between, 0, buffer, used, between.length);
                    used += between.length;
                }
                System.arraycopy(names.text, begin, buffer, used, length);
                used += length;
            }
            out.write(buffer, 0, used);
        }
    }
}
