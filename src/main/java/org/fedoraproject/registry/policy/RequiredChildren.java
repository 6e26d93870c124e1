package org.fedoraproject.registry.policy;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedoraproject.registry.oci.Descriptor;

/**
 * The children of an index that some repositories require when it is pushed.
 *
 * @param all whether each is required
 * @param platforms whose children are required, if not all are; empty for none
 */
record RequiredChildren(Glob repositories, boolean all, List<Descriptor.Platform> platforms) {
    /** In Go's terms, as in images. */
    private static final Pattern PLATFORM =
            Pattern.compile("(?<os>[a-z0-9]+)/(?<architecture>[a-z0-9]+)(/(?<variant>[a-z0-9.]+))?");

    /**
     * @param words {@code all} or {@code none} alone, or platforms
     * @throws IllegalArgumentException for any other words
     */
    static RequiredChildren parse(Glob repositories, List<String> words) {
        boolean all = words.equals(List.of("all"));
        boolean none = words.equals(List.of("none"));
        List<Descriptor.Platform> platforms = all || none
                ? List.of()
                : words.stream().map(RequiredChildren::platform).toList();
        return new RequiredChildren(repositories, all, platforms);
    }

    private static Descriptor.Platform platform(String word) {
        Matcher parts = PLATFORM.matcher(word);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "not a platform: " + word + " (linux/amd64 or linux/arm/v7, for example; all or none alone)");
        }
        String variant = parts.group("variant");
        return new Descriptor.Platform(parts.group("os"), parts.group("architecture"), variant == null ? "" : variant);
    }

    /**
     * Whether the child is required. A child that does not state its whole platform may be of a required one, and
     * counts as such.
     */
    boolean need(Descriptor child) {
        return all
                || !platforms.isEmpty()
                        && child.platform()
                                .map(platform -> platforms.stream().anyMatch(platform::mayMatch))
                                .orElse(true);
    }
}
