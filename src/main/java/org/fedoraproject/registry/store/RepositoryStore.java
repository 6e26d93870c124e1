package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;

/** Which repositories there are: those with layers, as docker-distribution 2 has it, or manifests, as 3 has it. */
@Singleton
public final class RepositoryStore {
    private static final Set<String> REPOSITORY = Set.of(Layout.LAYERS, Layout.MANIFESTS);
    private static final Set<String> UPLOADS = Set.of(Layout.UPLOADS);

    /** Of a directory's names so many are kept on the heap; a page of the catalog has no more. */
    private static final int BATCH = 1001;

    private final Share share;
    private final Layout layout;

    @Inject
    RepositoryStore(Share share) {
        this.share = share;
        this.layout = share.layout();
    }

    public boolean exists(RepositoryName name) {
        return share.use(connection ->
                connection.isDirectory(layout.manifests(name)) || connection.isDirectory(layout.layers(name)));
    }

    /** A page of the names that have upload sessions, in the order of {@link #list}; some are no repositories yet. */
    public Page.Entries<RepositoryName> withUploads(Page page) {
        return walk(page, UPLOADS);
    }

    /**
     * A page of the names, in docker-distribution's order: component by component, so that {@code a/b} comes before
     * {@code a-b}. Reads no directory that the page does not need.
     */
    public Page.Entries<RepositoryName> list(Page page) {
        return walk(page, REPOSITORY);
    }

    private Page.Entries<RepositoryName> walk(Page page, Set<String> markers) {
        Walk walk = new Walk(page, markers);
        walk.into("", page.last().isEmpty() ? List.of() : List.of(page.last().split("/")));
        boolean more = walk.found.size() > page.limit();
        return new Page.Entries<>(more ? walk.found.subList(0, page.limit()) : walk.found, more && page.limit() > 0);
    }

    /** One walk over the tree, depth first; it ends one name after the page is full. */
    private final class Walk {
        private final Page page;
        private final Set<String> markers;
        private final List<RepositoryName> found = new ArrayList<>();

        private Walk(Page page, Set<String> markers) {
            this.page = page;
            this.markers = markers;
        }

        /** @param after the components of the last name, as far as they are still those of the walk; only what follows counts */
        private void into(String prefix, List<String> after) {
            String first = after.isEmpty() ? "" : after.getFirst();
            Children children = children(prefix, child -> child.compareTo(first) >= 0);
            if (children.marked && after.isEmpty() && !prefix.isEmpty() && !isLast(prefix)) {
                found.add(RepositoryName.parse(prefix));
            }
            while (true) {
                Page.Entries<String> batch = children.least.entries();
                for (String child : batch.entries()) {
                    if (found.size() > page.limit()) {
                        return;
                    }
                    String name = prefix.isEmpty() ? child : prefix + "/" + child;
                    if (RepositoryName.isName(name)) {
                        into(name, child.equals(first) ? after.subList(1, after.size()) : List.of());
                    }
                }
                if (!batch.more()) {
                    return;
                }
                String last = batch.entries().getLast();
                children = children(prefix, child -> child.compareTo(last) > 0);
            }
        }

        /** A symbolic link may lead back up, so that there would be names without end. */
        private Children children(String prefix, Predicate<String> wanted) {
            Path directory = layout.repositories().resolve(prefix);
            return share.use(connection -> !prefix.isEmpty() && connection.isLink(directory)
                            ? Optional.<Children>empty()
                            : connection.list(directory, () -> new Children(wanted), this::add))
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

    /** The least of a directory's names, of which there may be many. */
    private static final class Children {
        private final Predicate<String> wanted;
        private final Page.Selection least = new Page(BATCH, "").selection();
        private boolean marked;

        private Children(Predicate<String> wanted) {
            this.wanted = wanted;
        }
    }
}
