package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.TagStore;

/** The tags of repositories, listed (end-8). */
@Singleton
public class Tags {
    private final TagStore tags;
    private final RepositoryStore repositories;

    @Inject
    public Tags(TagStore tags, RepositoryStore repositories) {
        this.tags = tags;
        this.repositories = repositories;
    }

    /**
     * A page of the tags in ASCII order.
     *
     * @throws RegistryException {@code NAME_UNKNOWN}
     */
    public Page.Entries<Tag> list(RepositoryName name, Page page) {
        Page.Entries<Tag> found = tags.list(name, page);
        if (found.entries().isEmpty() && !repositories.exists(name)) {
            throw RegistryException.nameUnknown(name);
        }
        return found;
    }
}
