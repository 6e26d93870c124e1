package org.fedoraproject.registry.oci;

/**
 * The name of a manifest within its repository, a tag or a digest: the {@code <reference>} of end-3, end-7 and end-9.
 */
public sealed interface Reference permits Tag, Digest {

    /** @throws RegistryException {@code DIGEST_INVALID} if the text has a colon, else {@code TAG_INVALID} */
    static Reference parse(String text) {
        return text.indexOf(':') >= 0 ? Digest.parse(text) : Tag.parse(text);
    }
}
