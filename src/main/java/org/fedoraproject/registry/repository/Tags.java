package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
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
        List<Tag> all = tags.list(name);
        if (all.isEmpty() && !repositories.exists(name)) {
            throw RegistryException.nameUnknown(name);
        }
        return page.of(all, Tag::value);
    }
}
