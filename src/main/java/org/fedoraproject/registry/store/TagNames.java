package org.fedoraproject.registry.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fedoraproject.registry.oci.Tag;

/**
 * The names of very many tags in little space: their bytes, in the order of the directory. Keeps one part of the names, so
 * that a repository of any size can be read part by part.
 */
final class TagNames {
    /** The most bytes that are kept; with more, nothing is kept. */
    static final int LIMIT = 8 * 1024 * 1024;

    private static final byte END = '\n';

    private final int part;
    private final int parts;
    private final int limit;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long seen;

    /** Some names, one after the other. */
    record Batch(byte[] names, int from, int to) {
        List<Tag> tags() {
            String text = new String(names, from, to - from, StandardCharsets.US_ASCII);
            return Arrays.stream(text.split("\n")).map(Tag::new).toList();
        }
    }

    TagNames(int part, int parts, int limit) {
        this.part = part;
        this.parts = parts;
        this.limit = limit;
    }

    /** Ignores what is no tag, and tags of other parts. */
    void add(String name) {
        if (!Tag.isTag(name) || Math.floorMod(name.hashCode(), parts) != part) {
            return;
        }
        seen += name.length() + 1;
        if (seen <= limit) {
            kept.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
            kept.write(END);
        }
    }

    /** Into how many parts the names must be divided; 1 if all of this part are kept. */
    int neededParts() {
        return (int) Math.min(Integer.MAX_VALUE / 2, parts * (2 * (seen - 1) / limit + 1));
    }

    boolean isComplete() {
        return seen <= limit;
    }

    List<Batch> batches(int size) {
        byte[] names = kept.toByteArray();
        List<Batch> batches = new ArrayList<>();
        int from = 0;
        int count = 0;
        for (int at = 0; at < names.length; at++) {
            if (names[at] == END && (++count == size || at == names.length - 1)) {
                batches.add(new Batch(names, from, at));
                from = at + 1;
                count = 0;
            }
        }
        return batches;
    }
}
