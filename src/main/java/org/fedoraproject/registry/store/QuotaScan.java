package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Digest.Algorithm;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/**
 * What a repository has, for those who count it. What is newer than a given time is left out. A lease changes a link's
 * time, so it is the time of the directory around the link that counts: that changes only with its entries.
 */
@Singleton
public final class QuotaScan {
    private static final int BATCH = 10_000;

    /** A time that lies further in the future was set by a clock that was wrong, and not lately. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private final Storage storage;
    private final Layout layout;
    private final Garbage garbage;
    private final TagStore tags;

    @Inject
    QuotaScan(Storage storage, Garbage garbage, TagStore tags) {
        this.storage = storage;
        this.layout = storage.layout();
        this.garbage = garbage;
        this.tags = tags;
    }

    /** How blobs are looked at. */
    private record Look(Instant until, Predicate<Digest> wanted, Runnable step, Consumer<Digest> action) {}

    /**
     * The digests that blobs and manifests of the repository are stored under; one may come twice.
     *
     * @param wanted tells by its name which one to look at
     * @param step called before each operation on the share
     */
    public void blobs(
            RepositoryName name, Instant until, Predicate<Digest> wanted, Runnable step, Consumer<Digest> action) {
        Look look = new Look(until, wanted, step, action);
        each(layout.layers(name, Algorithm.SHA256), page -> garbage.layers(name, Algorithm.SHA256, page), look);
        each(layout.revisions(name, Algorithm.SHA256), page -> garbage.revisions(name, Algorithm.SHA256, page), look);
    }

    private void each(Path directory, Function<Page, Page.Entries<Digest>> listing, Look look) {
        look.step.run();
        Optional<Instant> changed = changed(directory);
        if (changed.isEmpty()) {
            return;
        }
        boolean mayHaveNew = changed.get().isAfter(look.until);
        new Page(BATCH, "")
                .forEach(
                        page -> {
                            look.step.run();
                            return listing.apply(page);
                        },
                        Digest::hex,
                        digest -> {
                            if (look.wanted.test(digest)) {
                                look.step.run();
                                if (isLinked(directory.resolve(digest.hex()), mayHaveNew, look.until)) {
                                    look.action.accept(digest);
                                }
                            }
                        });
    }

    private boolean isLinked(Path item, boolean mayBeNew, Instant until) {
        return storage.use(connection ->
                connection.size(item.resolve("link")).isPresent() && !(mayBeNew && isNew(connection, item, until)));
    }

    private Optional<Instant> changed(Path directory) {
        return storage.use(connection -> connection.lastModified(directory)).map(time -> time.toInstant());
    }

    /** Whether a directory or file was made after a time; false if there is none. */
    static boolean isNew(NfsConnection connection, Path path, Instant until) throws IOException {
        return connection
                .lastModified(path)
                .filter(time -> isNew(connection, time, until))
                .isPresent();
    }

    static boolean isNew(NfsConnection connection, FileTime time, Instant until) {
        Instant made = time.toInstant();
        return made.isAfter(until) && made.isBefore(connection.now().plus(AHEAD));
    }

    /**
     * How many tags the repository has.
     *
     * @param step called before each operation on the share
     */
    public long tags(RepositoryName name, Instant until, Runnable step) {
        step.run();
        Optional<Instant> changed = changed(layout.tags(name));
        if (changed.isEmpty()) {
            return 0;
        }
        step.run();
        return changed.get().isAfter(until) ? tagsUntil(name, until, step) : allTags(name);
    }

    private long allTags(RepositoryName name) {
        return storage.use(connection -> connection.list(layout.tags(name), AtomicLong::new, (count, tag) -> {
                    if (Tag.isTag(tag)) {
                        count.incrementAndGet();
                    }
                }))
                .map(AtomicLong::get)
                .orElse(0L);
    }

    private long tagsUntil(RepositoryName name, Instant until, Runnable step) {
        AtomicLong count = new AtomicLong();
        new Page(BATCH, "").forEach(page -> tags.list(name, page, tag -> {}), Tag::value, tag -> {
            step.run();
            if (isOld(layout.tag(name, tag), until)) {
                count.incrementAndGet();
            }
        });
        return count.get();
    }

    private boolean isOld(Path tag, Instant until) {
        return storage.use(connection -> connection
                .lastModified(tag)
                .filter(time -> !isNew(connection, time, until))
                .isPresent());
    }

    /** A blob's size in bytes; empty if there is no such blob. */
    public Optional<Long> size(Digest digest) {
        return garbage.size(digest);
    }
}
