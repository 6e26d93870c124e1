package org.fedoraproject.registry.quota;

import java.util.Locale;

/** What a quota limits. */
enum Kind {
    /** Of blobs and manifests, each once however many repositories have it. */
    BYTES,
    TAGS,
    REPOSITORIES;

    /** As the rule file has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
