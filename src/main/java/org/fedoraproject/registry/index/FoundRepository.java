package org.fedoraproject.registry.index;

/**
 * A repository in the index.
 *
 * @param tags how many it has
 */
public record FoundRepository(String name, int tags) {}
