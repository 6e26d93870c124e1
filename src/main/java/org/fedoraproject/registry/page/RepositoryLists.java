package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.fedoraproject.registry.index.FoundRepository;
import org.fedoraproject.registry.index.IndexConfig;
import org.fedoraproject.registry.index.Repositories;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.repository.Catalog;

/**
 * Lists and searches repositories: by the index if there is one, and otherwise by the catalog, which finds names only by
 * their beginning.
 */
@Singleton
public class RepositoryLists {
    static final int PAGE = 50;

    /** In characters; the longest name. */
    private static final int MOST = 255;

    private final Repositories index;
    private final Catalog catalog;
    private final IndexConfig config;

    @Inject
    public RepositoryLists(Repositories index, Catalog catalog, IndexConfig config) {
        this.index = index;
        this.catalog = catalog;
        this.config = config;
    }

    /**
     * A page of the repositories that the caller may see.
     *
     * @param query like {@code last}, {@code null} or empty for none
     */
    RepositoryList list(Access access, String query, String last) {
        String text = query == null ? "" : Members.cut(query.strip(), MOST).toLowerCase(Locale.ROOT);
        Page page = new Page(PAGE, last == null ? "" : last);
        boolean indexed = config.enabled() && index.isComplete();
        if (!access.mayUseCatalog()) {
            return new RepositoryList(false, text, indexed, true, List.of(), Optional.empty());
        }
        List<RepositoryRow> rows = new ArrayList<>();
        boolean more = indexed
                ? search(text, page, access, rows)
                : text.isEmpty() ? all(page, access, rows) : prefixed(text, page, access, rows);
        String base = text.isEmpty() ? "/" : "/?q=" + Hrefs.escape(text);
        Optional<String> next =
                more ? Optional.of(Hrefs.after(base, rows.getLast().name())) : Optional.empty();
        return new RepositoryList(true, text, indexed, page.last().isEmpty(), rows, next);
    }

    private boolean search(String text, Page page, Access access, List<RepositoryRow> rows) {
        Page.Entries<FoundRepository> found = index.search(text, page, access::mayList);
        found.entries().forEach(each -> rows.add(RepositoryRow.of(each.name(), each.tags())));
        return found.more();
    }

    private boolean all(Page page, Access access, List<RepositoryRow> rows) {
        Page.Entries<RepositoryName> found =
                access.isUnlimited() ? catalog.list(page) : catalog.list(page, access::mayList);
        found.entries().forEach(name -> rows.add(RepositoryRow.of(name.value())));
        return found.more();
    }

    /** In the catalog's order, the names with one beginning follow each other, and the beginning itself comes first. */
    private boolean prefixed(String text, Page page, Access access, List<RepositoryRow> rows) {
        if (page.last().isEmpty()) {
            named(text)
                    .filter(access::mayList)
                    .filter(this::exists)
                    .ifPresent(name -> rows.add(RepositoryRow.of(text)));
        }
        int room = PAGE - rows.size();
        // a name behind them ends the reading
        Predicate<RepositoryName> shown = name -> !name.value().startsWith(text) || access.mayList(name);
        String last = page.last().isEmpty() ? text : page.last();
        Page.Entries<RepositoryName> found = catalog.list(new Page(room, last), shown);
        List<RepositoryName> matching = found.entries().stream()
                .filter(name -> name.value().startsWith(text))
                .toList();
        matching.forEach(name -> rows.add(RepositoryRow.of(name.value())));
        return found.more() && matching.size() == found.entries().size() && !rows.isEmpty();
    }

    private boolean exists(RepositoryName name) {
        return catalog.has(name);
    }

    private static Optional<RepositoryName> named(String text) {
        try {
            return Optional.of(RepositoryName.parse(text));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
