package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.fedoraproject.registry.nfs.KeptListings;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.SortedNames;

/**
 * Lists the repositories. A repository has layers, as in docker-distribution 2, or manifests, as in docker-distribution
 * 3.
 */
@Singleton
public final class RepositoryStore {
    private static final Set<String> REPOSITORY = Set.of(Layout.LAYERS, Layout.MANIFESTS);
    private static final Set<String> UPLOADS = Set.of(Layout.UPLOADS);

    /** The most names of a directory that are kept on the heap; a page of the catalog has no more. */
    private static final int BATCH = 1001;

    /** In bytes of heap, for the names of directories that are kept. */
    private static final long KEPT = 8 * 1024 * 1024;

    private final Storage storage;
    private final Layout layout;
    private final KeptListings<SortedNames> kept = new KeptListings<>(KEPT, SortedNames::of, SortedNames::heapSize);

    @Inject
    RepositoryStore(Storage storage) {
        this.storage = storage;
        this.layout = storage.layout();
    }

    public boolean exists(RepositoryName name) {
        return storage.use(connection ->
                connection.isDirectory(layout.manifests(name)) || connection.isDirectory(layout.layers(name)));
    }

    /** A page of the names with upload sessions, in the order of {@link #list}; some are no repositories yet. */
    public Page.Entries<RepositoryName> withUploads(Page page) {
        return walk(new Walk(page, UPLOADS, Optional.empty(), link -> {}));
    }

    /**
     * A page of the names in docker-distribution's order: component by component, so that {@code a/b} comes before
     * {@code a-b}. Reads the directories that the page needs, and keeps nothing.
     */
    public Page.Entries<RepositoryName> list(Page page) {
        return list(page, link -> {});
    }

    /**
     * The same, and tells of links.
     *
     * @param onLink called with the path, from the root on, of each symbolic link in place of a directory; what is below it
     *     is served, but not listed. May be called twice for one, on the pages before and after it.
     */
    public Page.Entries<RepositoryName> list(Page page, Consumer<String> onLink) {
        return walk(new Walk(page, REPOSITORY, Optional.empty(), onLink));
    }

    /**
     * As {@link #list(Page)}, but for what clients ask for again and again: keeps the names in the directories, and reads
     * none of which the server says that what is in memory is still right. A walk through all repositories would push that
     * out.
     */
    public Page.Entries<RepositoryName> listKept(Page page) {
        return walk(new Walk(page, REPOSITORY, Optional.of(kept), link -> {}));
    }

    private static Page.Entries<RepositoryName> walk(Walk walk) {
        Page page = walk.page;
        walk.visit("", page.last().isEmpty() ? List.of() : List.of(page.last().split("/")));
        boolean more = walk.found.size() > page.limit();
        return new Page.Entries<>(more ? walk.found.subList(0, page.limit()) : walk.found, more && page.limit() > 0);
    }

    /** A walk over the tree, depth first; it ends one name after the page is full. */
    private final class Walk {
        private final Page page;
        private final Set<String> markers;
        private final Optional<KeptListings<SortedNames>> kept;
        private final Consumer<String> onLink;
        private final List<RepositoryName> found = new ArrayList<>();

        private Walk(
                Page page, Set<String> markers, Optional<KeptListings<SortedNames>> kept, Consumer<String> onLink) {
            this.page = page;
            this.markers = markers;
            this.kept = kept;
            this.onLink = onLink;
        }

        /**
         * @param after the components of the page's last name that are below {@code prefix}; the page has only what
         *     comes after them
         */
        private void visit(String prefix, List<String> after) {
            Optional<SortedNames> names = names(prefix);
            if (names.isPresent()) {
                visit(prefix, after, names.get());
            } else {
                read(prefix, after);
            }
        }

        private Optional<SortedNames> names(String prefix) {
            return kept.flatMap(listings -> storage.use(connection ->
                    listings.find(connection, layout.repositories().resolve(prefix))));
        }

        private void visit(String prefix, List<String> after, SortedNames names) {
            if (markers.stream().anyMatch(names::contains)) {
                found(prefix, after);
            }
            String first = after.isEmpty() ? "" : after.getFirst();
            for (int i = names.indexFrom(first); i < names.size() && !isFull(); i++) {
                visitChild(prefix, names.get(i), after);
            }
        }

        private void read(String prefix, List<String> after) {
            String first = after.isEmpty() ? "" : after.getFirst();
            Children children = children(prefix, child -> child.compareTo(first) >= 0);
            if (children.marked) {
                found(prefix, after);
            }
            while (true) {
                Page.Entries<String> batch = children.least.entries();
                for (String child : batch.entries()) {
                    if (isFull()) {
                        return;
                    }
                    visitChild(prefix, child, after);
                }
                if (!batch.more()) {
                    return;
                }
                String last = batch.entries().getLast();
                children = children(prefix, child -> child.compareTo(last) > 0);
            }
        }

        private void visitChild(String prefix, String child, List<String> after) {
            String name = prefix.isEmpty() ? child : prefix + "/" + child;
            if (RepositoryName.isName(name)) {
                boolean leads = !after.isEmpty() && child.equals(after.getFirst());
                visit(name, leads ? after.subList(1, after.size()) : List.of());
            }
        }

        private void found(String prefix, List<String> after) {
            if (after.isEmpty() && !prefix.isEmpty() && !isLast(prefix)) {
                found.add(RepositoryName.parse(prefix));
            }
        }

        /** Whether there is one name more than on the page. */
        private boolean isFull() {
            return found.size() > page.limit();
        }

        /** Skips symbolic links, because they may form a loop. */
        private Children children(String prefix, Predicate<String> wanted) {
            Path directory = layout.repositories().resolve(prefix);
            if (!prefix.isEmpty() && storage.use(connection -> connection.isLink(directory))) {
                onLink.accept(layout.fromRoot(directory));
                return new Children(wanted);
            }
            return storage.use(connection -> connection.list(directory, () -> new Children(wanted), this::add))
                    .orElseGet(() -> new Children(wanted));
        }

        private void add(Children children, String name) {
            if (name.startsWith("_")) {
                children.marked |= markers.contains(name);
            } else if (children.wanted.test(name)) {
                children.least.add(name);
            }
        }

        private boolean isLast(String name) {
            return name.equals(page.last());
        }
    }

    /** The first names of a directory, which may have many. */
    private static final class Children {
        private final Predicate<String> wanted;
        private final Page.Selection least = new Page(BATCH, "").selection();
        private boolean marked;

        private Children(Predicate<String> wanted) {
            this.wanted = wanted;
        }
    }
}
