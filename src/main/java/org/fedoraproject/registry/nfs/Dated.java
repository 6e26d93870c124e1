package org.fedoraproject.registry.nfs;

import java.nio.file.attribute.FileTime;

/** Something that was found in a file, with the file's time. */
public interface Dated {
    /**
     * When the file was last written. The client's cache may be out of date and tell an earlier time than the server
     * has, but never a later one.
     */
    FileTime modified();
}
