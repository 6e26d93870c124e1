package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fedoraproject.registry.index.FoundRepository;
import org.fedoraproject.registry.index.Repositories;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.page.Link;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.repository.Catalog;

/** Repositories by a part of their names, as the catalog shows them to the caller. */
@Singleton
class RepositoriesPage implements ConsolePage {
    private static final int PAGE = 50;

    private final Repositories index;
    private final Catalog catalog;

    @Inject
    RepositoriesPage(Repositories index, Catalog catalog) {
        this.index = index;
        this.catalog = catalog;
    }

    @Override
    public Place place() {
        return Place.REPOSITORIES;
    }

    @Override
    public boolean isFor(Visit visit) {
        return true;
    }

    @Override
    public Sheet show(Visit visit) {
        List<Part> parts = new ArrayList<>();
        String text = visit.fields().first("q");
        if (visit.access().may(Action.CATALOG)) {
            parts.add(new Part.Box(
                    "",
                    "",
                    Form.asking(Place.REPOSITORIES, "Search").with(Field.text("q", "A part of the name", text))));
            list(visit, text, parts);
        } else {
            parts.add(new Part.Text("The policy does not allow you to list the repositories. Open one by its name."));
        }
        parts.add(new Part.Box(
                "Open a repository", "", Form.asking(Place.REPOSITORY, "Open").with(Field.text("name", "Name", ""))));
        return Sheet.of("Repositories", parts);
    }

    private void list(Visit visit, String text, List<Part> parts) {
        Page.Entries<String> found =
                find(visit.access(), text, new Page(PAGE, visit.fields().first("last")));
        parts.add(new Part.Table(
                "Repositories",
                List.of("Name"),
                found.entries().stream()
                        .map(name ->
                                List.<Cell>of(new Cell.To(name, Places.with(Place.REPOSITORY.path(), "name", name))))
                        .toList(),
                text.isEmpty()
                        ? "There are no repositories that you may pull from. Push an image to make one."
                        : "No repository that you may pull from has this in its name. Search for less of it."));
        if (found.more()) {
            String last = found.entries().getLast();
            parts.add(new Part.Links(List.of(
                    new Link(Places.with(Place.REPOSITORIES.path(), "q", text, "last", last), "Next page", false))));
        }
    }

    private Page.Entries<String> find(Access access, String text, Page page) {
        if (index.isComplete()) {
            Page.Entries<FoundRepository> found = index.search(text, page, access::mayList);
            return new Page.Entries<>(
                    found.entries().stream().map(FoundRepository::name).toList(), found.more());
        }
        String part = text.toLowerCase(Locale.ROOT);
        Page.Entries<RepositoryName> found =
                catalog.list(page, name -> name.value().contains(part) && access.mayList(name));
        return new Page.Entries<>(
                found.entries().stream().map(RepositoryName::value).toList(), found.more());
    }
}
