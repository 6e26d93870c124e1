package org.fedoraproject.registry.nfs;

import java.nio.file.attribute.FileTime;

/**
 * What the server says about a file.
 *
 * @param number of its inode; another file may have it once this one is gone
 * @param size in bytes
 * @param modified when it was last written, or {@link NfsConnection#renew renewed}
 * @param changed when it was last written, renewed, or renamed
 * @param owner the number of the user that it belongs to
 */
public record FileDetails(long number, long size, FileTime modified, FileTime changed, int owner) {
    /** Whether a file that was only renamed since can be this one. */
    boolean isRenamed(FileDetails before) {
        return number == before.number && size == before.size && modified.equals(before.modified);
    }
}
