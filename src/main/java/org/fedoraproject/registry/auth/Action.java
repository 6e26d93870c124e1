package org.fedoraproject.registry.auth;

import java.util.Locale;

/** What a caller may be allowed to do; the names are those of the policy file, and of tokens for the first three. */
public enum Action {
    /** Reading a repository: manifests, blobs, tags, referrers. */
    PULL,
    /** Writing to it. */
    PUSH,
    /** Deleting from it. */
    DELETE,
    /** Listing the repositories, of which only those are shown that the caller may pull from. */
    CATALOG,
    /** Running the registry. */
    ADMIN;

    /** Whether it is done to one repository, and not to the registry as a whole. */
    public boolean ofRepository() {
        return this == PULL || this == PUSH || this == DELETE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
