package org.fedoraproject.registry.nfs;

import java.nio.file.attribute.FileTime;

/**
 * What the server says about a file.
 *
 * @param size in bytes
 * @param modified when it was last written, or {@link NfsConnection#renew renewed}
 * @param changed when it was last written, renewed, or renamed
 * @param owner the number of the user that it belongs to
 */
public record FileDetails(long size, FileTime modified, FileTime changed, int owner) {}
