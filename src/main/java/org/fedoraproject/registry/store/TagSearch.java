package org.fedoraproject.registry.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/**
 * Finds the tags that name a manifest. It looks at every tag of the repository, because the tree has no index of this,
 * and docker-distribution may move a tag at any time. It reads many links at once, because each read waits for the share.
 * All searches of an instance share the threads, so that they leave most connections to requests.
 */
final class TagSearch {
    /** How many links are read with one connection. */
    private static final int BATCH = 100;

    private static final int MAX_THREADS = 16;
    private static final long IDLE_SECONDS = 10;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Storage storage;
    private final Layout layout;
    private final LinkStore links;
    private final ThreadPoolExecutor threads;

    TagSearch(Storage storage, LinkStore links) {
        this.storage = storage;
        this.layout = storage.layout();
        this.links = links;
        int width = Math.clamp(storage.maxConnections() / 4, 1, MAX_THREADS);
        this.threads = new ThreadPoolExecutor(
                width,
                width,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("tags-", 1).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Looks at every tag of a repository, except tags that are created meanwhile.
     *
     * @param manifest the digests of the manifest
     * @param pulse called in this thread every now and then
     * @param found called in this thread with tags that name the manifest, some at once
     * @throws RegistryException of the storage
     */
    void find(RepositoryName name, Set<Digest> manifest, Runnable pulse, Consumer<List<Tag>> found) {
        int parts = 1;
        for (int part = 0; part < parts; part++) {
            TagNames names = list(name, part, parts);
            if (names.isComplete()) {
                read(name, manifest, names.batches(BATCH), pulse, found);
            } else {
                parts = names.neededParts();
                part = -1;
            }
            pulse.run();
        }
    }

    void close() {
        threads.shutdownNow().forEach(waiting -> ((Future<?>) waiting).cancel(false)); // so that nobody waits for it
    }

    private TagNames list(RepositoryName name, int part, int parts) {
        return storage.use(connection -> connection.list(
                        layout.tags(name), () -> new TagNames(part, parts, TagNames.LIMIT), TagNames::add))
                .orElseGet(() -> new TagNames(part, parts, TagNames.LIMIT));
    }

    private void read(
            RepositoryName name,
            Set<Digest> manifest,
            List<TagNames.Batch> batches,
            Runnable pulse,
            Consumer<List<Tag>> found) {
        if (batches.size() <= 1) { // not worth another thread
            batches.forEach(batch -> found.accept(read(name, manifest, batch)));
            return;
        }
        List<FutureTask<List<Tag>>> reads = batches.stream()
                .map(batch -> new FutureTask<>(storage.carry(() -> read(name, manifest, batch))))
                .toList();
        try {
            reads.forEach(threads::execute);
            for (FutureTask<List<Tag>> each : reads) {
                found.accept(result(each));
                pulse.run();
            }
        } finally {
            reads.forEach(each -> each.cancel(false)); // after a failure, the rest is of no use
        }
    }

    private List<Tag> read(RepositoryName name, Set<Digest> manifest, TagNames.Batch batch) {
        return storage.use(connection -> {
            List<Tag> naming = new ArrayList<>();
            for (Tag tag : batch.tags()) {
                Path link = layout.tagCurrent(name, tag);
                Optional<Digest> current = links.read(connection, link);
                if (current.filter(manifest::contains).isPresent()) {
                    naming.add(tag);
                }
            }
            return naming;
        });
    }

    private static List<Tag> result(Future<List<Tag>> read) {
        try {
            return read.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.unavailable(RETRY, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RegistryException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
