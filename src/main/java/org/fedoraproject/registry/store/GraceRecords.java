package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.nfs.FileContent;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.jboss.logging.Logger;

/**
 * The grace time of each instance, on the share, in {@code .gc/grace/}. An instance relies on its own grace time when it
 * tells a client that something exists; so a collection must not use a shorter one, until the last thing that the
 * instance may have told of is as old as its grace time.
 */
@Singleton
public final class GraceRecords {
    /** How often an instance writes its record. */
    public static final Duration PAUSE = Duration.ofMinutes(10);

    private static final int MAX_RECORD = 64;

    /** What counts for a record that nobody can read: collections then take only what is older than this. */
    private static final Duration LONGEST = Duration.ofDays(30);

    private static final Logger LOG = Logger.getLogger(GraceRecords.class);

    private final Storage storage;
    private final Path directory;
    private final Path own;

    @Inject
    GraceRecords(Storage storage) {
        this.storage = storage;
        this.directory = storage.layout().collection().resolve("grace");
        this.own = directory.resolve(UUID.randomUUID().toString());
    }

    /**
     * Tells all instances this one's grace time, which then counts for that time and some pauses longer. Forgets those that
     * count no longer, because each start of an instance makes a new one.
     */
    public void put(Duration grace) {
        Optional<FileTime> now = storage.use(connection -> {
            if (!connection.renew(own)) { // which a full share allows, too
                connection.write(own, grace.toString().getBytes(StandardCharsets.US_ASCII));
            }
            return connection.lastModified(own);
        });
        now.ifPresent(written -> longest(grace, written.toInstant()));
    }

    /**
     * The longest grace time that counts, this instance's included. Forgets those that count no longer.
     *
     * @param now by the server's clock, as a file has it that was written just now: the clock of this host may have jumped
     */
    public Duration longest(Duration grace, Instant now) {
        return storage.use(connection -> {
            Duration longest = grace;
            for (String name : connection.list(directory).orElse(List.of())) {
                Duration other =
                        counting(connection, directory.resolve(name), now).orElse(grace);
                longest = other.compareTo(longest) > 0 ? other : longest;
            }
            return longest;
        });
    }

    private static Optional<Duration> counting(NfsConnection connection, Path record, Instant now) throws IOException {
        Optional<FileContent> found = connection.readDated(record, MAX_RECORD);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Duration grace = parse(record, found.get());
        Instant end =
                found.get().modified().toInstant().plus(PAUSE.multipliedBy(3)).plus(grace);
        if (end.isBefore(now)) {
            connection.discard(record);
            return Optional.empty();
        }
        return Optional.of(grace);
    }

    private static Duration parse(Path record, FileContent content) {
        try {
            return Duration.parse(new String(content.bytes(), StandardCharsets.US_ASCII));
        } catch (DateTimeException e) {
            LOG.warnf("%s contains no grace time, and counts as %s", record, LONGEST);
            return LONGEST;
        }
    }
}
