package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.RepositoryStore;

/** The list of repositories: docker-distribution's {@code _catalog}. */
@Singleton
public class Catalog {
    /** The number of names that are read at once. */
    private static final int CHUNK = 1000;

    private final RepositoryStore repositories;

    @Inject
    public Catalog(RepositoryStore repositories) {
        this.repositories = repositories;
    }

    /** The same, with only the names that fulfil a condition, such as that the caller may see them. */
    public Page.Entries<RepositoryName> list(Page page, Predicate<RepositoryName> shown) {
        List<RepositoryName> found = new ArrayList<>();
        String last = page.last();
        int chunk = (int) Math.min(CHUNK, page.limit() + 1L); // enough if all are shown
        while (true) {
            Page.Entries<RepositoryName> part = repositories.listKept(new Page(chunk, last));
            for (RepositoryName name : part.entries()) {
                if (shown.test(name)) {
                    if (found.size() == page.limit()) {
                        return new Page.Entries<>(found, page.limit() > 0);
                    }
                    found.add(name);
                }
            }
            if (!part.more()) {
                return new Page.Entries<>(found, false);
            }
            last = part.entries().getLast().value();
            chunk = CHUNK;
        }
    }

    /** Whether there is such a repository. */
    public boolean has(RepositoryName name) {
        return repositories.exists(name);
    }

    /** A page of the names, component by component in ASCII order. */
    public Page.Entries<RepositoryName> list(Page page) {
        return repositories.listKept(page);
    }
}
