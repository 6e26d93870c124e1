package org.fedoraproject.registry.page;

import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A manifest that an index lists.
 *
 * @param platform such as {@code linux/arm/v7}; empty if the index does not say
 * @param about the digest of the image that this is an attestation of; empty for all others
 * @param size of config and layers in bytes; empty if it is not known
 */
public record Child(Part part, String platform, String about, OptionalLong size) {
    static Child of(Members descriptor) {
        Members platform = descriptor.object("platform");
        boolean isKnown = !platform.text("os").equals("unknown");
        String text = Stream.of("os", "architecture", "variant")
                .map(platform::text)
                .filter(each -> !each.isEmpty() && isKnown)
                .collect(Collectors.joining("/"));
        String version = platform.text("os.version");
        return new Child(
                Part.of(descriptor),
                version.isEmpty() || text.isEmpty() ? text : text + " " + version,
                descriptor.object("annotations").text("vnd.docker.reference.digest"),
                OptionalLong.empty());
    }

    Child withSize(long bytes) {
        return new Child(part, platform, about, OptionalLong.of(bytes));
    }

    public String sizeText() {
        return size.isPresent() ? Sizes.text(size.getAsLong()) : "–";
    }

    public boolean isAttestation() {
        return !about.isEmpty();
    }
}
