package org.fedoraproject.registry.scrub;

import java.util.Locale;

/** What a scrub counts. */
public enum Count {
    BLOBS,
    /** Of the blobs. */
    BYTES,
    /** Blobs whose bytes do not have their digest. */
    CORRUPT,
    REPOSITORIES,
    /** Links of repositories to blobs. */
    LAYERS,
    MANIFESTS,
    TAGS,
    /** Links of repositories to blobs that are gone, as every garbage collection leaves them; no manifest needs these. */
    COLLECTED,
    /** Children of indexes that are not there, which the policy allows. */
    ABSENT,
    /** Referrers that were missing in the index of their subject's referrers, and were added to it. */
    REFERRERS,
    PROBLEMS,
    /** Of the problems: blobs and manifests that were taken from another registry or tree. */
    REPAIRED;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
