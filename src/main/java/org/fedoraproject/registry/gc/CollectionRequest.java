package org.fedoraproject.registry.gc;

/**
 * What a collection shall do.
 *
 * @param dryRun whether it only reports what it would move and delete
 */
public record CollectionRequest(boolean dryRun) {}
