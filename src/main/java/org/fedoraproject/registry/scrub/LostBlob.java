package org.fedoraproject.registry.scrub;

import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * A blob or manifest that is not there, though a repository has a link to it.
 *
 * @param known the digest that the repository knows it by
 * @param stored the digest that its bytes must have
 */
record LostBlob(RepositoryName repository, boolean manifest, Digest known, Digest stored) {}
