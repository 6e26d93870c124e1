package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Gives files the server's present time. Java cannot ask for it as {@code UTIME_NOW} does, so this sets the time that
 * the server should have, and compares it with the change time that the server notes for that.
 */
record Renewal(NfsConnectionFactory factory) {
    /** Coarser than any file system's times, finer than any lease. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private static final int ATTEMPTS = 3;

    static FileDetails details(Path file) throws IOException {
        Map<String, Object> seen =
                Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime,uid", LinkOption.NOFOLLOW_LINKS);
        return new FileDetails(
                (Long) seen.get("ino"),
                (Long) seen.get("size"),
                (FileTime) seen.get("lastModifiedTime"),
                (FileTime) seen.get("ctime"),
                (Integer) seen.get("uid"));
    }

    /**
     * A client may still reach a file by a name that another host has given to another file, or taken away. So the name
     * is looked up again after the renewal.
     */
    boolean renew(Path file) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Instant> set = factory.revalidation().find(file, () -> set(file));
            if (set.isEmpty()) {
                return false;
            }
            Optional<FileTime> now = current(file);
            if (now.isEmpty()) {
                return false;
            }
            if (!now.get().toInstant().isBefore(set.get().minus(TOLERANCE))) {
                return true;
            }
        }
        return false;
    }

    /** The time of the file that has the name on the server. */
    private Optional<FileTime> current(Path file) throws IOException {
        if (factory.revalidation().client() != Revalidation.Client.LOCAL) {
            Revalidation.tryOnce(() -> Revalidation.open(file.getParent()));
        }
        return factory.revalidation().find(file, () -> {
            try (FileChannel opened = factory.revalidation().openCurrent(file, StandardOpenOption.READ)) {
                return Files.getLastModifiedTime(file);
            }
        });
    }

    private Instant set(Path file) throws IOException {
        Instant assumed = factory.now();
        Files.setLastModifiedTime(file, FileTime.from(assumed));
        Instant noted = details(file).changed().toInstant();
        if (Duration.between(assumed, noted).abs().compareTo(TOLERANCE) < 0) {
            return assumed;
        }
        Files.setLastModifiedTime(file, FileTime.from(noted)); // this host's clock was set a moment ago
        return noted;
    }
}
