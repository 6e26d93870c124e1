package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
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

    private interface Listing {
        Page.Entries<Digest> page(Page page);
    }

    /**
     * The digests that blobs and manifests of the repository are stored under; one may come twice.
     *
     * @param step called before each operation on the share
     */
    public void blobs(RepositoryName name, Instant until, Runnable step, Consumer<Digest> action) {
        each(
                layout.layers(name, Algorithm.SHA256),
                page -> garbage.layers(name, Algorithm.SHA256, page),
                until,
                step,
                action);
        each(
                layout.revisions(name, Algorithm.SHA256),
                page -> garbage.revisions(name, Algorithm.SHA256, page),
                until,
                step,
                action);
    }

    private void each(Path directory, Listing listing, Instant until, Runnable step, Consumer<Digest> action) {
        step.run();
        Optional<Instant> changed = changed(directory);
        if (changed.isEmpty()) {
            return;
        }
        boolean hasNew = changed.get().isAfter(until);
        Page page = new Page(BATCH, "");
        while (true) {
            step.run();
            Page.Entries<Digest> found = listing.page(page);
            for (Digest digest : found.entries()) {
                step.run();
                if (isLinked(directory.resolve(digest.hex()), hasNew, until)) {
                    action.accept(digest);
                }
            }
            if (!found.more()) {
                return;
            }
            page = new Page(BATCH, found.entries().getLast().hex());
        }
    }

    private boolean isLinked(Path item, boolean mayBeNew, Instant until) {
        return storage.use(connection -> connection.size(item.resolve("link")).isPresent())
                && !(mayBeNew
                        && changed(item).filter(time -> time.isAfter(until)).isPresent());
    }

    private Optional<Instant> changed(Path directory) {
        return storage.use(connection -> connection.lastModified(directory)).map(time -> time.toInstant());
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
        boolean hasNew = changed.get().isAfter(until);
        long count = 0;
        Page page = new Page(BATCH, "");
        while (true) {
            step.run();
            Page.Entries<Tag> found = tags.list(name, page, tag -> {});
            for (Tag tag : found.entries()) {
                count += hasNew && isNew(name, tag, until, step) ? 0 : 1;
            }
            if (!found.more()) {
                return count;
            }
            page = new Page(BATCH, found.entries().getLast().value());
        }
    }

    private boolean isNew(RepositoryName name, Tag tag, Instant until, Runnable step) {
        step.run();
        return changed(layout.tag(name, tag))
                .filter(time -> !time.isAfter(until))
                .isEmpty();
    }

    /** A blob's size in bytes; empty if there is no such blob. */
    public Optional<Long> size(Digest digest) {
        return garbage.size(digest);
    }
}
