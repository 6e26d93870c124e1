package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What scrubs keep on the share, in {@code .scrub/}: the claim of the one that runs, and small texts. */
@Singleton
public final class ScrubFiles {
    private static final String REPORT = "report-";
    private static final int MAX_REPORTS = 30;
    private static final int MAX_TEXT = 4 * 1024 * 1024;

    private final Storage storage;
    private final Path directory;
    private final ShareClaim claim;

    @Inject
    ScrubFiles(Storage storage) {
        this.storage = storage;
        this.directory = storage.layout().scrub();
        this.claim = new ShareClaim(storage, directory.resolve("claim"));
    }

    /** Claims the scrub for this instance; returns false if another one runs. Two may succeed if one stalls. */
    public boolean claim() {
        return claim.take();
    }

    /** Renews the claim; returns false if another instance has taken it over. */
    public boolean renewClaim() {
        return claim.renew();
    }

    public void releaseClaim() {
        claim.release();
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
