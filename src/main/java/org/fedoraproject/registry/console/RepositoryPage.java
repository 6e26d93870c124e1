package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.index.TagDetails;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.page.Link;
import org.fedoraproject.registry.page.Sizes;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.repository.HeapBudget;

/** The tags of a repository, and what the caller may do with them. */
@Singleton
class RepositoryPage implements ConsolePage {
    private static final int PAGE = 50;
    private static final int MAX_BYTES = 1024 * 1024;

    private final TagDetails tags;
    private final HeapBudget heapBudget;

    @Inject
    RepositoryPage(TagDetails tags, HeapBudget heapBudget) {
        this.tags = tags;
        this.heapBudget = heapBudget;
    }

    @Override
    public Place place() {
        return Place.REPOSITORY;
    }

    @Override
    public boolean isFor(Visit visit) {
        return true;
    }

    @Override
    public Sheet show(Visit visit) {
        RepositoryName name = visit.repository(Action.PULL);
        List<Part> parts = new ArrayList<>();
        switch (visit.fields().first("done")) {
            case "deleted" -> parts.add(Part.Notice.done("It is deleted."));
            case "tagged" -> parts.add(Part.Notice.done("The tag is set."));
            default -> {}
        }
        Page page = new Page(PAGE, visit.fields().first("last"));
        Page.Entries<TagDetails.Details> found = list(name, page);
        parts.add(new Part.Table(
                "Tags",
                List.of("Tag", "Digest", "Platforms", "Size", "Created", "Actions"),
                found.entries().stream().map(tag -> row(visit, name, tag)).toList(),
                "There are no tags here. A manifest without a tag is known by its digest only."));
        if (found.more()) {
            String last = found.entries().getLast().tag().value();
            parts.add(new Part.Links(List.of(new Link(
                    Places.with(Place.REPOSITORY.path(), "name", name.value(), "last", last), "Next page", false))));
        }
        if (visit.access().may(name, Action.DELETE)) {
            parts.add(new Part.Box(
                    "Delete something else",
                    "Before anything is deleted, you see what goes with it.",
                    Form.asking(Place.DELETE, "Show what goes", "name", name.value())
                            .with(Field.text("reference", "Tag or digest", ""))));
        }
        return Sheet.of(name.value(), parts);
    }

    private Page.Entries<TagDetails.Details> list(RepositoryName name, Page page) {
        try (HeapBudget.ResponseReservation answer = heapBudget.reserveForResponse()) {
            return tags.list(name, page, MAX_BYTES, answer::add);
        }
    }

    private static List<Cell> row(Visit visit, RepositoryName name, TagDetails.Details of) {
        Tag tag = of.tag();
        String digest = of.digest().toString();
        List<Form> forms = new ArrayList<>();
        if (visit.access().may(name, Action.PUSH)) {
            forms.add(Form.asking(Place.TAG, "Tag", "name", name.value(), "reference", digest));
        }
        if (visit.access().may(name, Action.DELETE)) {
            forms.add(Form.asking(Place.DELETE, "Delete tag", "name", name.value(), "reference", tag.value()));
            forms.add(Form.asking(Place.DELETE, "Delete manifest", "name", name.value(), "reference", digest));
        }
        return List.of(
                Cell.text(tag.value()),
                new Cell.Mono(digest),
                Cell.text(String.join(", ", of.platforms())),
                Cell.text(of.image().map(image -> Sizes.text(of.size())).orElse("not known")),
                of.created().<Cell>map(Cell.Time::new).orElse(Cell.text("not known")),
                new Cell.Forms(forms));
    }
}
