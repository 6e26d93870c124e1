package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.edge.RequestEnd;
import org.fedoraproject.registry.index.TagDetails;
import org.fedoraproject.registry.index.TagDetails.Details;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.page.RepositoryPage.Order;
import org.fedoraproject.registry.repository.HeapBudget;

/** Collects what the page of a repository shows. */
@Singleton
public class RepositoryPages {
    private static final int PAGE = 50;

    /** Tags that are read to sort them. */
    private static final int MOST_SORTED = 100;

    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final Tag LATEST = Tag.parse("latest");
    private static final String NEWEST = "newest";

    private final TagDetails details;
    private final HeapBudget heapBudget;
    private final Readmes readmes;
    private final Abouts abouts;

    @Inject
    public RepositoryPages(TagDetails details, HeapBudget heapBudget, Readmes readmes, Abouts abouts) {
        this.details = details;
        this.heapBudget = heapBudget;
        this.readmes = readmes;
        this.abouts = abouts;
    }

    /**
     * A page of the tags. A short list begins with the newest, if nothing else is asked for.
     *
     * @param sort {@code newest} or {@code name}; may be {@code null}
     * @throws RegistryException {@code NAME_UNKNOWN}
     */
    RepositoryPage build(PageRequest request, String sort, String last) {
        RepositoryName name = request.registry().repository();
        HeapBudget.ResponseReservation answer = heapBudget.reserveForResponse();
        RequestEnd.add(request.http(), answer::close);
        boolean newest = NEWEST.equals(sort);
        Page page = new Page(newest ? MOST_SORTED : PAGE, last == null ? "" : last);
        Page.Entries<Details> found = details.list(name, page, MAX_BYTES, answer::add);
        boolean isWhole = page.last().isEmpty() && !found.more();
        Order order = Order.ONLY_NAME;
        if (isWhole) {
            order = newest || sort == null ? Order.NEWEST : Order.NAME;
        } else if (!newest && page.last().isEmpty() && details.hasAtMost(name, MOST_SORTED)) {
            order = Order.NAME;
        }
        Optional<Details> example = example(name, found.entries());
        String next = "/r/" + name + (sort == null || newest ? "" : "?sort=name");
        return new RepositoryPage(
                request.layout(name.value()),
                request.commands(),
                name.value(),
                example.map(each -> each.tag().value()).orElse(""),
                found.entries().stream()
                        .sorted(
                                order == Order.NEWEST
                                        ? BY_AGE
                                        : Comparator.comparing(
                                                each -> each.tag().value()))
                        .map(each -> TagRow.of(name.value(), each))
                        .toList(),
                found.more() && !found.entries().isEmpty()
                        ? Optional.of(Hrefs.after(
                                next, found.entries().getLast().tag().value()))
                        : Optional.empty(),
                order,
                example.flatMap(Details::image)
                        .map(image -> abouts.of(name, image))
                        .orElse(About.NOTHING),
                example.flatMap(each -> readmes.find(name, each.digest())).orElse(""),
                Instant.now());
    }

    /** The newest first, those of unknown age last. */
    private static final Comparator<Details> BY_AGE = Comparator.comparing(
                    (Details each) -> each.created().orElse(Instant.MIN))
            .reversed()
            .thenComparing(each -> each.tag().value());

    /** The image that speaks for the repository. */
    private Optional<Details> example(RepositoryName name, List<Details> found) {
        return found.stream()
                .filter(each -> each.tag().equals(LATEST))
                .findFirst()
                .or(() -> details.find(name, LATEST))
                .or(() -> found.stream()
                        .filter(each -> Kinds.ofTag(each.tag().value()).isEmpty())
                        .min(BY_AGE));
    }
}
