package org.fedoraproject.registry.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@code repository.jte} shows.
 *
 * @param example the tag for the commands; empty if there are no tags
 * @param next the path of the next page
 * @param order in which the tags are
 * @param about what the image of that tag says about itself
 */
public record RepositoryPage(
        Layout layout,
        Commands commands,
        String name,
        String example,
        List<TagRow> tags,
        Optional<String> next,
        Order order,
        About about,
        String readme,
        Instant now) {

    /** The order of tags. */
    public enum Order {
        /** Of a long list, which has no other order. */
        ONLY_NAME,
        NAME,
        NEWEST
    }

    public RepositoryPage {
        tags = List.copyOf(tags);
    }

    public String path() {
        return Hrefs.repository(name);
    }
}
