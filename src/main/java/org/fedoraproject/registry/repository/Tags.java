package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.SortedNames;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.TagStore;

/** Lists the tags of repositories (end-8). */
@Singleton
public class Tags {
    /** In bytes, for the objects of a short string in two lists, without its characters. */
    private static final int COST_OF_A_NAME = 80;

    private final TagStore tags;
    private final RepositoryStore repositories;

    @Inject
    public Tags(TagStore tags, RepositoryStore repositories) {
        this.tags = tags;
        this.repositories = repositories;
    }

    /** The same as objects, for a small page, which needs no heap budget. */
    public Page.Entries<Tag> list(RepositoryName name, Page page) {
        SortedNames.Slice found = list(name, page, tag -> {});
        return new Page.Entries<>(found.list().stream().map(Tag::new).toList(), found.more());
    }

    /**
     * A page of the tags in ASCII order.
     *
     * @param budget reserves heap for the names
     * @throws RegistryException {@code NAME_UNKNOWN}; {@code UNAVAILABLE} if there is no room
     */
    public SortedNames.Slice list(RepositoryName name, Page page, HeapBudget.ResponseReservation budget) {
        return list(name, page, tag -> budget.add(COST_OF_A_NAME + tag.length()));
    }

    private SortedNames.Slice list(RepositoryName name, Page page, Consumer<String> budget) {
        SortedNames.Slice found = tags.names(name, page, budget);
        if (found.list().isEmpty() && !repositories.exists(name)) {
            throw RegistryException.nameUnknown(name);
        }
        return found;
    }
}
