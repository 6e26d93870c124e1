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
 * Asks the server about a name that its NFSv3 client reports as missing. The client detects changes of a directory only
 * by its time, which the server counts in ticks of some milliseconds, and assumes that its own changes were the only
 * ones. So a name that another host creates within the tick of a change that the client knows stays missing, whatever
 * is opened, until something else changes in that directory.
 *
 * <p>A change of our own, such as one of the directory's time, makes the client read the directory again when it is
 * listed next, and the names that it reads replace what it cached. The client trusts these names as long as that time
 * stays the same. So it must not keep names that it read while the directory was young.
 */
final class Nfs3Revalidation {
    /**
     * Longer than a tick of any server, even of one that counts in seconds, and than the error of our estimate of its
     * clock.
     */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    private Nfs3Revalidation() {}

    /**
     * Whether the server has the name; if so, the client has it too from then on. Another host may delete the directory
     * meanwhile.
     */
    static boolean exists(Path name) throws IOException {
        Path directory = name.getParent();
        try {
            touch(directory);
            boolean listed = isListed(name);
            touch(directory);
            if (listed && !Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
                dropNegativeEntry(name);
            }
            return listed;
        } catch (IOException e) {
            if (Revalidation.isAbsence(e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Makes the client read a directory again at its next listing, if the directory was changed just before it was
     * listed.
     *
     * @param now by the server's clock
     */
    static void rereadIfYoung(Path directory, Instant now) throws IOException {
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

    /**
     * Creates the name, so that the client drops its entry for the missing name: of a large directory it reads only the
     * names, and keeps that entry until the server refuses to create the name.
     */
    private static void dropNegativeEntry(Path name) throws IOException {
        try {
            Files.createDirectory(name);
            Files.delete(name); // another host has deleted it meanwhile
        } catch (FileAlreadyExistsException e) {
            // expected
        }
    }

    private static void touch(Path directory) {
        try {
            Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // Not our directory, or not writable now: then the client's answer stands
        }
    }
}
