package org.fedoraproject.registry.nfs;

import java.nio.file.attribute.FileTime;

/**
 * A file that exists.
 *
 * @param size in bytes
 */
public record FileState(long size, FileTime modified) implements Dated {}
