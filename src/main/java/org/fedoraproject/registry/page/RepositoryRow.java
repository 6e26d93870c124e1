package org.fedoraproject.registry.page;

/**
 * A repository in a list.
 *
 * @param tags how many, in words; empty if that is not known
 */
public record RepositoryRow(String name, String href, String tags) {
    static RepositoryRow of(String name) {
        return new RepositoryRow(name, Hrefs.repository(name), "");
    }

    static RepositoryRow of(String name, int tags) {
        return new RepositoryRow(name, Hrefs.repository(name), tags + (tags == 1 ? " tag" : " tags"));
    }
}
