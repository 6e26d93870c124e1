package org.fedoraproject.registry.repository;

import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * A blob is about to be deleted from a repository: an event of CDI, for the packages that tell other systems about it. It
 * is fired before the delete, in the same thread. An observer that must not lose it has stored it durably on return; an
 * exception stops the delete.
 */
public record BlobDeleted(RepositoryName name, Digest digest) {}
