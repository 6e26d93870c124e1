package org.fedoraproject.registry.index;

import org.fedoraproject.registry.oci.RepositoryName;

/** Another index over the same walk. Calls come one at a time. */
public interface RepositoryObserver {
    /** Whether it wants to be called. */
    boolean isOn();

    /**
     * The repository exists, and may have changed.
     *
     * @param step to be called before each operation on the share
     */
    void seen(RepositoryName name, Runnable step);

    /** The repository is gone. */
    void gone(RepositoryName name);

    /** All repositories were seen once since the start. */
    void complete();
}
