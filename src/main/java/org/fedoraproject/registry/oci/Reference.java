package org.fedoraproject.registry.oci;

/** What names a manifest within its repository: the {@code <reference>} of end-3, end-7 and end-9. */
public sealed interface Reference permits Tag, Digest {

    /** @throws RegistryException {@code DIGEST_INVALID} where it has a colon, else {@code TAG_INVALID} */
    static Reference parse(String text) {
        return text.indexOf(':') >= 0 ? Digest.parse(text) : Tag.parse(text);
    }
}
