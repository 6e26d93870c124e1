package org.fedoraproject.registry.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Small texts that a job keeps in one directory on the share, and its reports, of which the newest are kept. The id of a
 * report begins with the time of the run, so that ids sort by time. A report may have a log beside it.
 */
public abstract sealed class JobFiles permits CollectionFiles, RetentionStore, ScrubFiles {
    private static final int MAX_TEXT = 4 * 1024 * 1024;
    private static final String REPORT = ".json";
    private static final String LOG = ".log";

    private final Storage storage;
    private final Path directory;
    private final Path reports;
    private final String prefix;
    private final int kept;

    /**
     * @param directory of the texts
     * @param reports the directory of the reports
     * @param prefix of the names of reports
     * @param kept how many reports are kept
     */
    JobFiles(Storage storage, Path directory, Path reports, String prefix, int kept) {
        this.storage = storage;
        this.directory = directory;
        this.reports = reports;
        this.prefix = prefix;
        this.kept = kept;
    }

    /** A text; empty if there is none. */
    public final Optional<String> text(String name) {
        return read(directory.resolve(name));
    }

    /** Writes a text, or replaces it. Durable on return. */
    public final void put(String name, String text) {
        write(directory.resolve(name), text);
    }

    /** Does nothing if there is none. */
    public final void delete(String name) {
        storage.run(connection -> connection.discard(directory.resolve(name)));
    }

    /** The ids of the reports, the newest first. */
    public final List<String> reports() {
        return names().stream()
                .filter(name -> name.endsWith(REPORT))
                .map(this::id)
                .toList();
    }

    /** Empty if there is none. */
    public final Optional<String> report(String id) {
        return read(reports.resolve(prefix + id + REPORT));
    }

    /** Writes a report, and deletes those that are too many, with their logs. */
    public final void putReport(String id, String report) {
        write(reports.resolve(prefix + id + REPORT), report);
        List<String> names = names();
        Set<String> newest = names.stream().map(this::id).distinct().limit(kept).collect(Collectors.toSet());
        names.stream()
                .filter(name -> !newest.contains(id(name)))
                .forEach(name -> storage.run(connection -> connection.discard(reports.resolve(name))));
    }

    /** The name of a report's log. */
    public final String logName(String id) {
        return prefix + id + LOG;
    }

    /** The reports and logs, the newest first. A run that was killed has left a log without a report. */
    private List<String> names() {
        return storage.use(connection -> connection.list(reports)).orElse(List.of()).stream()
                .filter(name -> name.startsWith(prefix) && (name.endsWith(REPORT) || name.endsWith(LOG)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private Optional<String> read(Path file) {
        return storage.use(connection -> connection.read(file, MAX_TEXT))
                .map(content -> new String(content, StandardCharsets.UTF_8));
    }

    private void write(Path file, String text) {
        storage.run(connection -> connection.write(file, text.getBytes(StandardCharsets.UTF_8)));
    }

    private String id(String name) {
        return name.substring(prefix.length(), name.lastIndexOf('.'));
    }
}
