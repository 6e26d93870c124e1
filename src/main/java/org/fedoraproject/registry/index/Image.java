package org.fedoraproject.registry.index;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.MediaType;

/**
 * What a manifest and its config say. It never changes, because the digest names both.
 *
 * @param size of the config and the layers in bytes, as the manifest says; 0 for an index
 * @param os like architecture and variant, empty if it is not known
 * @param labels of the config
 * @param annotations of the manifest
 * @param children of an index
 */
public record Image(
        MediaType mediaType,
        Optional<String> artifactType,
        long size,
        Optional<Instant> created,
        String os,
        String architecture,
        String variant,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<Descriptor> children) {
    private static final int OBJECTS = 500;
    private static final int ENTRY = 150;
    private static final int CHILD = 300;

    public Image {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        children = List.copyOf(children);
    }

    /**
     * The sum of two sizes, or the largest number: sizes are claims, and their sum may exceed any number.
     *
     * @param more not below 0
     */
    public static long sum(long size, long more) {
        return size + Math.min(more, Long.MAX_VALUE - size);
    }

    /** An upper bound of its bytes on the heap, if most texts are ASCII. */
    int weight() {
        return OBJECTS + weight(labels) + weight(annotations) + children.size() * CHILD;
    }

    private static int weight(Map<String, String> texts) {
        return texts.entrySet().stream()
                .mapToInt(
                        each -> ENTRY + each.getKey().length() + each.getValue().length())
                .sum();
    }
}
