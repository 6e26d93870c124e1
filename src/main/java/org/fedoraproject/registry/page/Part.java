package org.fedoraproject.registry.page;

import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * What a manifest says about a blob or manifest that it names.
 *
 * @param size in bytes, as the manifest claims
 * @param title the name of the file, for artifacts; may be empty
 * @param external whether it is elsewhere, by URLs of its own
 */
public record Part(String mediaType, String digest, long size, String title, boolean external) {
    static Part of(Members descriptor) {
        return new Part(
                descriptor.text("mediaType"),
                descriptor.text("digest"),
                descriptor.number("size"),
                descriptor.object("annotations").text("org.opencontainers.image.title"),
                descriptor.has("urls"));
    }

    public String sizeText() {
        return Sizes.text(size);
    }

    /** Empty if the text is no digest. */
    Optional<Digest> parsed() {
        try {
            return Optional.of(Digest.parse(digest));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
