package org.fedoraproject.registry.store;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.fedoraproject.registry.nfs.KeptListings;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.SortedNames;
import org.fedoraproject.registry.oci.Tag;

/** The tags of each repository. A tag moves atomically: at every moment it names the old manifest or the new one. */
@Singleton
public final class TagStore {
    /** In bytes of heap, for lists of tags that are kept. */
    private static final long KEPT = 8 * 1024 * 1024;

    private final Storage storage;
    private final Layout layout;
    private final LinkStore links;
    private final TagSearch search;

    private final KeptListings<SortedNames> kept = new KeptListings<>(
            KEPT, names -> SortedNames.of(names.stream().filter(Tag::isTag).toList()), SortedNames::heapSize);

    @Inject
    TagStore(Storage storage, LinkStore links) {
        this.storage = storage;
        this.layout = storage.layout();
        this.links = links;
        this.search = new TagSearch(storage, links);
    }

    @PreDestroy
    void close() {
        search.close();
    }

    /** The digest of the manifest that the tag names; empty if there is no such tag. */
    public Optional<Digest> get(RepositoryName name, Tag tag) {
        return storage.use(connection -> links.read(connection, layout.tagCurrent(name, tag)));
    }

    /**
     * What a tag names after a push.
     *
     * @param isNew whether there was no such tag before
     */
    public record Named(Digest digest, boolean isNew) {}

    /** Creates or moves a tag. Durable on return. Returns whether there was none. */
    public boolean put(RepositoryName name, Tag tag, Digest manifest) {
        links.put(layout.tagIndex(name, tag, manifest), manifest);
        return links.put(layout.tagCurrent(name, tag), manifest);
    }

    /**
     * Creates a tag and never moves an existing one, even if another instance creates it at the same time. Durable on
     * return.
     *
     * @return what the tag names, which is another manifest if the tag existed
     */
    public Named putOnce(RepositoryName name, Tag tag, Digest manifest) {
        Optional<Digest> before = get(name, tag);
        if (before.isPresent() && !before.get().equals(manifest)) {
            return new Named(before.get(), false);
        }
        links.put(layout.tagIndex(name, tag, manifest), manifest);
        if (before.isEmpty() && !links.putOnce(layout.tagCurrent(name, tag), manifest)) {
            Optional<Digest> quicker = get(name, tag);
            if (quicker.isPresent()) {
                return new Named(quicker.get(), false);
            }
            links.put(
                    layout.tagCurrent(name, tag), manifest); // the existing file is unreadable, which counts as missing
        }
        return new Named(manifest, before.isEmpty());
    }

    /** Returns whether there was one. Durable on return. */
    public boolean delete(RepositoryName name, Tag tag) {
        return storage.use(connection -> connection.deleteTree(layout.tag(name, tag)));
    }

    /**
     * Deletes a tag if it names this manifest. Durable on return. If the tag is moved at the same moment, it may be
     * missing for the time of two file operations, and then names what it was moved to.
     *
     * @param manifest the digests of the manifest
     * @return whether the tag was deleted
     */
    public boolean delete(RepositoryName name, Tag tag, Set<Digest> manifest) {
        if (get(name, tag).filter(manifest::contains).isEmpty() || !discard(name, tag, manifest)) {
            return false;
        }
        force(name);
        return true;
    }

    /**
     * Deletes all tags that name a manifest, as {@link #delete(RepositoryName, Tag, Set)} does. Durable on return, and not
     * before.
     *
     * @param pulse called every now and then, and before each tag is deleted
     * @param onDelete called for each tag that was deleted, also if a later one fails
     * @return whether there were any
     */
    public boolean deleteAll(RepositoryName name, Set<Digest> manifest, Runnable pulse, Consumer<Tag> onDelete) {
        return deleteAll(name, manifest, pulse, onDelete, (tags, delete) -> delete.run());
    }

    /** Runs the deletes of some tags. */
    public interface Batch {
        /** @param tags at most 100 */
        void delete(List<Tag> tags, Runnable delete);
    }

    /** The same, some tags at once. */
    public boolean deleteAll(
            RepositoryName name, Set<Digest> manifest, Runnable pulse, Consumer<Tag> onDelete, Batch batch) {
        AtomicBoolean deleted = new AtomicBoolean();
        Consumer<Tag> delete = tag -> {
            pulse.run();
            if (discard(name, tag, manifest)) {
                deleted.set(true);
                onDelete.accept(tag);
            }
        };
        try {
            search.find(name, manifest, pulse, tags -> {
                if (!tags.isEmpty()) {
                    batch.delete(tags, () -> tags.forEach(delete));
                }
            });
        } finally {
            if (deleted.get()) {
                force(name); // once for all tags
            }
        }
        return deleted.get();
    }

    private void force(RepositoryName name) {
        storage.run(connection -> connection.force(layout.tags(name)));
    }

    private boolean discard(RepositoryName name, Tag tag, Set<Digest> manifest) {
        Path directory = layout.tag(name, tag);
        Optional<Path> taken = storage.use(connection -> connection.take(directory));
        if (taken.isEmpty()) {
            return false;
        }
        boolean same = storage.use(connection -> links.read(connection, layout.current(taken.get())))
                .filter(manifest::contains)
                .isPresent();
        storage.run(connection -> {
            if (same) {
                connection.discardTaken(taken.get());
            } else {
                connection.putBack(taken.get(), directory);
            }
        });
        return same;
    }

    /**
     * A page of the tags in ASCII order; empty if the repository never had a manifest.
     *
     * @param reserve called with each name that is kept; may throw if there is no room for it
     */
    public Page.Entries<Tag> list(RepositoryName name, Page page, Consumer<String> reserve) {
        Page.Entries<String> found = read(name, page, reserve);
        return new Page.Entries<>(found.entries().stream().map(Tag::new).toList(), found.more());
    }

    private Page.Entries<String> read(RepositoryName name, Page page, Consumer<String> reserve) {
        return storage.use(connection -> connection.list(layout.tags(name), () -> new Names(page, reserve), Names::add))
                .map(names -> names.selection.entries())
                .orElse(new Page.Entries<>(List.of(), false));
    }

    /**
     * The same for clients, which ask often: the list may be from memory, if the server says that it is still right.
     *
     * @param reserve called with each name that takes heap for this answer alone
     */
    public SortedNames.Slice names(RepositoryName name, Page page, Consumer<String> reserve) {
        Optional<SortedNames> all = storage.use(connection -> kept.find(connection, layout.tags(name)));
        if (all.isPresent()) {
            return all.get().page(page);
        }
        Page.Entries<String> found = read(name, page, reserve);
        SortedNames names = SortedNames.of(found.entries());
        return new SortedNames.Slice(names, 0, names.size(), found.more());
    }

    /** All tags of the repository, in no order. */
    public List<Tag> all(RepositoryName name) {
        return storage.use(connection -> connection.list(layout.tags(name))).orElse(List.of()).stream()
                .filter(Tag::isTag)
                .map(Tag::new)
                .toList();
    }

    /**
     * The tags that name a manifest, in no order. Looks at every tag.
     *
     * @param manifest the digests of the manifest
     */
    public List<Tag> naming(RepositoryName name, Set<Digest> manifest) {
        List<Tag> naming = new ArrayList<>();
        search.find(name, manifest, () -> {}, naming::addAll);
        return naming;
    }

    /** How many tags the repository has. */
    public int count(RepositoryName name) {
        return storage.use(connection -> connection.list(layout.tags(name), AtomicInteger::new, (count, tag) -> {
                    if (Tag.isTag(tag)) {
                        count.incrementAndGet();
                    }
                }))
                .map(AtomicInteger::get)
                .orElse(0);
    }

    /** The names of a directory that are tags and on the page. */
    private static final class Names {
        private final Page.Selection selection;
        private final Consumer<String> reserve;
        private int reserved;

        private Names(Page page, Consumer<String> reserve) {
            this.selection = page.selection();
            this.reserve = reserve;
        }

        private void add(String name) {
            if (Tag.isTag(name)) {
                selection.add(name);
                if (selection.size() > reserved) {
                    reserved++;
                    reserve.accept(name);
                }
            }
        }
    }
}
