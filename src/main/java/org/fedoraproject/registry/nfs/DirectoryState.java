package org.fedoraproject.registry.nfs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * Which directory has a name, and when names in it were last added or removed.
 *
 * @param key of the directory on its file system
 * @param changed its change time (ctime), which programs cannot set
 */
record DirectoryState(Object key, FileTime changed) {
    /** @throws NotDirectoryException also for a symbolic link */
    static DirectoryState of(Path directory) throws IOException {
        Map<String, Object> seen = Files.readAttributes(directory, "unix:fileKey,ctime,isDirectory", NOFOLLOW_LINKS);
        if (!seen.get("isDirectory").equals(true)) {
            throw new NotDirectoryException(directory.toString());
        }
        return new DirectoryState(seen.get("fileKey"), (FileTime) seen.get("ctime"));
    }
}
