package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.RepositoryStore;

/** The repositories, listed: docker-distribution's {@code _catalog}. */
@Singleton
public class Catalog {
    private final RepositoryStore repositories;

    @Inject
    public Catalog(RepositoryStore repositories) {
        this.repositories = repositories;
    }

    /** A page of the names, component by component in ASCII order. */
    public Page.Entries<RepositoryName> list(Page page) {
        return repositories.list(page);
    }
}
