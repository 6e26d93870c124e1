package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.TagStore;

/** The tags of repositories, listed (end-8). */
@Singleton
public class Tags {
    /** Of a short text, beside its characters: the objects that it is, in two lists. */
    private static final int COST_OF_A_NAME = 80;

    private final TagStore tags;
    private final RepositoryStore repositories;

    @Inject
    public Tags(TagStore tags, RepositoryStore repositories) {
        this.tags = tags;
        this.repositories = repositories;
    }

    /** The same of a page that is small. */
    public Page.Entries<Tag> list(RepositoryName name, Page page) {
        return list(name, page, tag -> {});
    }

    /**
     * A page of the tags in ASCII order.
     *
     * @param room holds what the names take
     * @throws RegistryException {@code NAME_UNKNOWN}; {@code UNAVAILABLE} where there is no room
     */
    public Page.Entries<Tag> list(RepositoryName name, Page page, Allowance.Answer room) {
        return list(name, page, tag -> room.add(COST_OF_A_NAME + tag.length()));
    }

    private Page.Entries<Tag> list(RepositoryName name, Page page, Consumer<String> room) {
        Page.Entries<Tag> found = tags.list(name, page, room);
        if (found.entries().isEmpty() && !repositories.exists(name)) {
            throw RegistryException.nameUnknown(name);
        }
        return found;
    }
}
