package org.fedoraproject.registry.repository;

import org.fedoraproject.registry.oci.RepositoryName;

/**
 * Manifests or tags of a repository have changed: an event of CDI, fired after the change, in the same thread. Observers
 * are quick, and do not throw. An instance that is killed meanwhile fires none.
 */
public record RepositoryChanged(RepositoryName name) {}
