package org.fedoraproject.registry.page;

import java.util.List;
import java.util.Optional;

/**
 * A page of the list of repositories.
 *
 * @param open whether the caller may list repositories at all
 * @param query what was searched for; empty for all
 * @param anywhere whether the search finds the text anywhere in names, and not only at their beginning
 * @param first whether the list begins with this page
 * @param next the path of the next page
 */
public record RepositoryList(
        boolean open, String query, boolean anywhere, boolean first, List<RepositoryRow> rows, Optional<String> next) {
    public RepositoryList {
        rows = List.copyOf(rows);
    }
}
