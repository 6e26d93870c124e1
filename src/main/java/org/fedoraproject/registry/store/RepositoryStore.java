package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;

/** Which repositories there are: those with layers, as docker-distribution 2 has it, or manifests, as 3 has it. */
@Singleton
public final class RepositoryStore {
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

    /**
     * A page of the names, in docker-distribution's order: component by component, so that {@code a/b} comes before
     * {@code a-b}. Reads no directory that the page does not need.
     */
    public Page.Entries<RepositoryName> list(Page page) {
        Walk walk = new Walk(page);
        walk.into("", page.last().isEmpty() ? List.of() : List.of(page.last().split("/")));
        boolean more = walk.found.size() > page.limit();
        return new Page.Entries<>(more ? walk.found.subList(0, page.limit()) : walk.found, more && page.limit() > 0);
    }

    /** One walk over the tree, depth first; it ends one name after the page is full. */
    private final class Walk {
        private final Page page;
        private final List<RepositoryName> found = new ArrayList<>();

        private Walk(Page page) {
            this.page = page;
        }

        /** @param after the components of the last name, as far as they are still those of the walk; only what follows counts */
        private void into(String prefix, List<String> after) {
            List<String> entries = share.use(
                            connection -> connection.list(layout.repositories().resolve(prefix)))
                    .orElse(List.of());
            TreeSet<String> children = new TreeSet<>();
            boolean repository = false;
            for (String entry : entries) {
                if (entry.startsWith("_")) {
                    repository |= entry.equals(Layout.LAYERS) || entry.equals(Layout.MANIFESTS);
                } else {
                    children.add(entry);
                }
            }
            if (repository && after.isEmpty() && !prefix.isEmpty() && !isLast(prefix)) {
                found.add(RepositoryName.parse(prefix));
            }
            String first = after.isEmpty() ? "" : after.getFirst();
            for (String child : children.tailSet(first)) {
                if (found.size() > page.limit()) {
                    return;
                }
                String name = prefix.isEmpty() ? child : prefix + "/" + child;
                if (RepositoryName.isName(name)) {
                    into(name, child.equals(first) ? after.subList(1, after.size()) : List.of());
                }
            }
        }

        private boolean isLast(String name) {
            return name.equals(page.last());
        }
    }
}
