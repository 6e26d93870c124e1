package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * What the server says of a name that is missing to its NFSv3 client. That knows changes of a directory by its time alone, which
 * the server counts in ticks of some milliseconds, and takes the changes that it asked for itself for all there were. So what
 * another host makes within the tick of a change that the client knows of stays missing, whatever is opened, until something
 * else happens in that directory.
 *
 * <p>A change of our own, such as of the directory's time, makes the client read the directory anew when it is listed next, and
 * the names that it reads replace what it remembered. What it reads it keeps, and takes for true as long as that time stays: so
 * it must not be left with what was read while the directory was young.
 */
final class LastWord {
    /** More than a tick of any server, one that counts in seconds included, and than our knowledge of its clock may be off. */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    private LastWord() {}

    /** Whether the server has the name; then the client has it as well. Another host may delete the directory meanwhile. */
    static boolean isThere(Path name) throws IOException {
        Path directory = name.getParent();
        try {
            touch(directory);
            boolean listed = isListed(name);
            touch(directory);
            if (listed && !Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
                forget(name);
            }
            return listed;
        } catch (IOException e) {
            if (SecondLook.isAbsence(e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Has a directory read anew when it is listed next, if it was changed just before it was listed.
     *
     * @param now by the server's clock
     */
    static void forgetYoung(Path directory, Instant now) throws IOException {
        FileTime changed = (FileTime) Files.getAttribute(directory, "unix:ctime");
        if (Duration.between(changed.toInstant(), now).compareTo(YOUNG) < 0) {
            touch(directory);
        }
    }

    private static boolean isListed(Path name) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(name.getParent())) {
            for (Path entry : entries) {
                if (entry.equals(name)) {
                    return true;
                }
            }
            return false;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Of a large directory the client reads only names, and keeps what it had; until the server refuses to make that. */
    private static void forget(Path name) throws IOException {
        try {
            Files.createDirectory(name);
            Files.delete(name); // deleted meanwhile
        } catch (FileAlreadyExistsException e) {
            // as it should be
        }
    }

    private static void touch(Path directory) {
        try {
            Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // Not ours, or not writable now: the client's word holds then
        }
    }
}
