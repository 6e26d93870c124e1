package org.fedoraproject.registry.events;

import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;

/** A blob is about to be deleted from a repository. */
public record BlobDeleted(RepositoryName name, Digest digest) {}
