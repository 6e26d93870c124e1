package org.fedoraproject.registry.page;

import java.util.List;
import java.util.stream.Stream;

/**
 * The frame of a page, which {@code page/layout.jte} draws around its content.
 *
 * @param title of the page; empty for the front page
 * @param links in the header
 * @param caller the user's name; empty if the caller has none
 * @param scripts names of files in {@code WEB-INF/assets}
 */
public record Layout(Site site, String title, List<Link> links, String caller, List<String> scripts) {
    public Layout {
        links = List.copyOf(links);
        scripts = List.copyOf(scripts);
    }

    /**
     * One with the script of all pages.
     *
     * @param links besides those to other parts of this server
     */
    public static Layout of(Site site, String title, List<Link> links, String caller) {
        List<Link> all = Stream.concat(links.stream(), site.links().stream()).toList();
        return new Layout(site, title, all, caller, List.of("page.js"));
    }

    /** For the browser's tab. */
    public String fullTitle() {
        return title.isEmpty() ? site.title() : title + " - " + site.title();
    }
}
