package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.nfs.NfsConnection;

/** What scrubs keep on the share, in {@code .scrub/}: the claim of the one that runs, and small texts. */
@Singleton
public final class ScrubFiles {
    /** An instance that has not renewed its claim for this long is taken for dead. */
    private static final Duration CLAIM = Duration.ofSeconds(60);

    private static final String REPORT = "report-";
    private static final int MAX_REPORTS = 30;
    private static final int MAX_CLAIM = 256;
    private static final int MAX_TEXT = 4 * 1024 * 1024;

    private final Storage storage;
    private final Path directory;
    private final Path claim;
    private final byte[] holder =
            (ProcessIdentity.CURRENT + " " + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);

    @Inject
    ScrubFiles(Storage storage) {
        this.storage = storage;
        this.directory = storage.layout().scrub();
        this.claim = directory.resolve("claim");
    }

    /** Claims the scrub for this instance; returns false if another one runs. Two may succeed if one stalls. */
    public boolean claim() {
        return storage.use(connection -> {
            connection.makeDirectories(directory);
            if (connection.create(claim, holder)) {
                return true;
            }
            if (isLive(connection)) {
                return false;
            }
            connection.discard(claim);
            return connection.create(claim, holder);
        });
    }

    private boolean isLive(NfsConnection connection) throws IOException {
        Optional<byte[]> other = connection.read(claim, MAX_CLAIM);
        Optional<FileTime> renewed = connection.lastModified(claim);
        return other.isPresent()
                && renewed.isPresent()
                && renewed.get().toInstant().isAfter(connection.now().minus(CLAIM))
                && !ProcessIdentity.isGone(new String(other.get(), StandardCharsets.US_ASCII));
    }

    /** Renews the claim; returns false if another instance has taken it over. */
    public boolean renewClaim() {
        return storage.use(connection -> {
            boolean ours = isOurs(connection);
            if (ours) {
                connection.touch(claim);
            }
            return ours;
        });
    }

    public void releaseClaim() {
        storage.run(connection -> {
            if (isOurs(connection)) {
                connection.discard(claim);
            }
        });
    }

    private boolean isOurs(NfsConnection connection) throws IOException {
        return connection
                .read(claim, MAX_CLAIM)
                .filter(found -> Arrays.equals(found, holder))
                .isPresent();
    }

    /** A text; empty if there is none. */
    public Optional<String> text(String name) {
        return storage.use(connection -> connection.read(directory.resolve(name), MAX_TEXT))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Durable on return. */
    public void put(String name, String text) {
        storage.run(connection -> connection.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8)));
    }

    public void delete(String name) {
        storage.run(connection -> connection.discard(directory.resolve(name)));
    }

    /** Keeps a report, and deletes those that are too many. */
    public void putReport(String id, String text) {
        put(REPORT + id + ".json", text);
        List<String> reports = storage.use(connection -> connection.list(directory)).orElse(List.of()).stream()
                .filter(name -> name.startsWith(REPORT))
                .sorted()
                .toList();
        reports.stream().limit(Math.max(0, reports.size() - MAX_REPORTS)).forEach(this::delete);
    }

    /** The latest report; empty if there is none. */
    public Optional<String> lastReport() {
        return storage.use(connection -> connection.list(directory)).orElse(List.of()).stream()
                .filter(name -> name.startsWith(REPORT))
                .max(String::compareTo)
                .flatMap(this::text);
    }
}
