package org.fedoraproject.registry.retention;

import org.fedoraproject.registry.oci.RepositoryName;

/**
 * How far a run of retention is.
 *
 * @param repository that it looks at
 */
public record RetentionProgress(RepositoryName repository, RetentionFigures figures) {}
