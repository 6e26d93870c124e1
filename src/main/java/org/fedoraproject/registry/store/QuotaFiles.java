package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * What quotas keep on the share, in {@code .quota/}: the last count, what each instance has changed since, in a file of
 * its own, and marks of repositories that are new since.
 */
@Singleton
public final class QuotaFiles {
    private static final int MAX_EPOCH = 64;
    private static final int MAX_CHANGES = 64 * 1024 * 1024;
    private static final int BUFFER = 256 * 1024;
    private static final int BATCH = 10_000;
    private static final String DRAFT = "count.new-";

    /** No line of ours is longer. */
    private static final int MAX_LINE = 4096;

    private final Storage storage;
    private final Path directory;
    private final Path epoch;
    private final Path count;
    private final Path changes;
    private final Path marks;
    private final ShareClaim claim;
    private final String instance = UUID.randomUUID().toString();

    @Inject
    QuotaFiles(Storage storage) {
        this.storage = storage;
        this.directory = storage.layout().quota();
        this.epoch = directory.resolve("epoch");
        this.count = directory.resolve("count");
        this.changes = directory.resolve("changes");
        this.marks = directory.resolve("new");
        this.claim = new ShareClaim(storage, directory.resolve("claim"));
    }

    /** Claims the count for this instance; returns false if another one counts. Two may succeed if one stalls. */
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

    /** Which counts there are; empty if there was none. */
    public Optional<String> epoch() {
        return storage.use(connection -> connection.read(epoch, MAX_EPOCH))
                .map(content -> new String(content, StandardCharsets.US_ASCII));
    }

    /**
     * Durable on return. Whoever reads another text afterwards has begun to do so before the time that this returns, by
     * the server's clock, as files of the tree have it.
     */
    public Instant putEpoch(String text) {
        return storage.use(connection -> {
            connection.write(epoch, text.getBytes(StandardCharsets.US_ASCII));
            connection.renew(epoch); // its time was that of the draft
            return connection.details(epoch).orElseThrow().modified().toInstant();
        });
    }

    /** The time by the server's clock. */
    public Instant now() {
        return storage.use(connection -> connection.now());
    }

    /** The names of the files with the changes of instances, this one included. */
    public List<String> changes() {
        return storage.use(connection -> connection.list(changes)).orElse(List.of());
    }

    /** The changes of an instance; empty if there are none. */
    public Optional<String> changes(String of) {
        return storage.use(connection -> connection.read(changes.resolve(of), MAX_CHANGES))
                .map(content -> new String(content, StandardCharsets.US_ASCII));
    }

    /** The name of the file with the changes of this instance. */
    public String instance() {
        return instance;
    }

    /** Replaces the changes of this instance. Durable on return. */
    public void putChanges(String text) {
        storage.run(
                connection -> connection.write(changes.resolve(instance), text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Deletes the changes of an instance, if they are still the same. */
    public void deleteChanges(String of, String text) {
        if (changes(of).equals(Optional.of(text))) {
            storage.run(connection -> connection.discard(changes.resolve(of)));
        }
    }

    /** Gives each line of the count to {@code line}, cut if it is too long for one; none if there is no count. */
    public void readCount(Consumer<String> line) {
        Optional<NfsFile> found = storage.use(connection -> connection.open(count));
        if (found.isPresent()) {
            Storage.runFile(() -> {
                try (NfsFile file = found.get()) {
                    Lines lines = new Lines(line);
                    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
                    for (long at = 0; file.read(buffer, at) > 0; at += buffer.position(), buffer.clear()) {
                        lines.add(buffer.array(), buffer.position());
                    }
                }
            });
        }
    }

    /** Cuts ASCII text into lines. */
    private static final class Lines {
        private final Consumer<String> action;
        private final StringBuilder line = new StringBuilder();

        private Lines(Consumer<String> action) {
            this.action = action;
        }

        private void add(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                if (bytes[i] == '\n') {
                    action.accept(line.toString());
                    line.setLength(0);
                } else if (line.length() < MAX_LINE) {
                    line.append((char) bytes[i]);
                }
            }
        }
    }

    /** Replaces the count, atomically. Durable on return. */
    public void writeCount(Iterator<String> lines) {
        discardDrafts();
        Path draft = directory.resolve(DRAFT + UUID.randomUUID());
        try {
            NfsFile open = storage.use(connection -> {
                connection.makeDirectories(directory);
                connection.create(draft, new byte[0]);
                return connection.openForWriting(draft).orElseThrow();
            });
            Storage.runFile(() -> {
                try (NfsFile file = open) {
                    long at = 0;
                    while (lines.hasNext()) {
                        byte[] part = part(lines);
                        file.write(ByteBuffer.wrap(part), at);
                        at += part.length;
                    }
                    file.force();
                }
            });
            storage.run(connection -> connection.move(draft, count));
        } catch (RuntimeException e) {
            discardQuietly(draft, e);
            throw e;
        }
    }

    private static byte[] part(Iterator<String> lines) {
        StringBuilder text = new StringBuilder();
        while (lines.hasNext() && text.length() < BUFFER) {
            text.append(lines.next()).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Those of instances that were killed. */
    private void discardDrafts() {
        for (String name : storage.use(connection -> connection.list(directory)).orElse(List.of())) {
            if (name.startsWith(DRAFT)) {
                storage.run(connection -> connection.discard(directory.resolve(name)));
            }
        }
    }

    private void discardQuietly(Path file, RuntimeException reason) {
        try {
            storage.run(connection -> connection.discard(file));
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /** Marks a repository as new; returns false if it is marked already, on any instance. */
    public boolean mark(RepositoryName name) {
        return storage.use(connection -> {
            connection.makeDirectories(marks);
            return connection.create(mark(marks, name), new byte[0]);
        });
    }

    /** Whether the repository is marked as new. */
    public boolean isMarked(RepositoryName name) {
        return storage.use(connection -> connection.size(mark(marks, name))).isPresent();
    }

    /** Whether the repository was marked after a time. */
    public boolean isMarkedSince(RepositoryName name, Instant time) {
        return storage.use(connection -> QuotaScan.isNew(connection, mark(marks, name), time));
    }

    /**
     * Deletes the marks that were made until then.
     *
     * @param step called before each operation on the share
     */
    public void deleteMarks(Instant until, Runnable step) {
        new Page(BATCH, "").forEach(this::marks, name -> name, name -> {
            step.run();
            deleteMark(marks.resolve(name), until);
        });
    }

    private Page.Entries<String> marks(Page page) {
        return storage.use(connection -> connection.list(marks, page::selection, Page.Selection::add))
                .map(Page.Selection::entries)
                .orElse(new Page.Entries<>(List.of(), false));
    }

    private void deleteMark(Path mark, Instant until) {
        storage.run(connection -> {
            if (!QuotaScan.isNew(connection, mark, until)) {
                connection.discard(mark);
            }
        });
    }

    private static Path mark(Path marks, RepositoryName name) {
        return marks.resolve(
                Digest.of(name.value().getBytes(StandardCharsets.US_ASCII)).hex());
    }
}
