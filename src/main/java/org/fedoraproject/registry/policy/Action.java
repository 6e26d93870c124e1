package org.fedoraproject.registry.policy;

import java.util.Locale;

/** The actions of a policy. The names are those of the policy file, and for the first three those of tokens. */
public enum Action {
    /** Reading a repository: manifests, blobs, tags, referrers. */
    PULL,
    /** Writing to it. */
    PUSH,
    /** Deleting from it. */
    DELETE,
    /** Listing the repositories that the caller may pull from. */
    CATALOG,
    /** Running the registry: jobs, switches, events and quotas in the console. {@code all} does not include it. */
    OPERATE;

    /** Whether it applies to one repository, not to the registry as a whole. */
    public boolean ofRepository() {
        return this == PULL || this == PUSH || this == DELETE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
