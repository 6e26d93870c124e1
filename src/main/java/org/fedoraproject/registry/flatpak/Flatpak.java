package org.fedoraproject.registry.flatpak;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fedoraproject.registry.index.Image;
import org.fedoraproject.registry.oci.Digest;

/**
 * An image of a Flatpak: its labels and annotations name what it contains.
 *
 * @param labels the icons among them are paths of this registry
 * @param icons by their digests, the labels that have them
 */
record Flatpak(
        Digest digest,
        String mediaType,
        String os,
        String architecture,
        Map<String, String> labels,
        Map<String, String> annotations,
        Map<Digest, String> icons) {
    static final String REF = "org.flatpak.ref";

    private static final int OBJECTS = 600;
    private static final int ENTRY = 150;

    /** Whether it is one. Images have the label; older ones, the annotation. */
    static boolean is(Image image) {
        return image.labels().containsKey(REF) || image.annotations().containsKey(REF);
    }

    static Flatpak of(Digest digest, Image image) {
        Map<Digest, String> icons = new HashMap<>();
        return new Flatpak(
                digest,
                image.mediaType().value(),
                image.os(),
                image.architecture(),
                withPaths(image.labels(), icons),
                withPaths(image.annotations(), icons),
                Map.copyOf(icons));
    }

    /** In the order of the names, so that the index of every instance is the same. */
    private static Map<String, String> withPaths(Map<String, String> texts, Map<Digest, String> icons) {
        Map<String, String> found = new LinkedHashMap<>();
        new TreeMap<>(texts).forEach((name, value) -> {
            Optional<Icon> icon = Icon.find(name, value);
            icon.ifPresent(known -> icons.put(known.digest(), name));
            found.put(name.intern(), icon.map(Icon::path).orElse(value));
        });
        return found;
    }

    /** An upper bound of its bytes on the heap, if most texts are ASCII. */
    int weight() {
        return OBJECTS + weight(labels) + weight(annotations);
    }

    private static int weight(Map<String, String> texts) {
        return texts.values().stream().mapToInt(value -> ENTRY + value.length()).sum();
    }
}
