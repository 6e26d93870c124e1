package org.fedoraproject.registry.console;

import java.util.Optional;
import java.util.stream.Stream;

/** The pages of those who have signed in, in the order of the links to them. */
enum Place {
    RIGHTS("", "Your rights"),
    REPOSITORIES("repositories", "Repositories"),
    REPOSITORY("repository", ""),
    DELETE("delete", ""),
    TAG("tag", ""),
    JOBS("jobs", "Jobs"),
    QUOTAS("quotas", "Quotas"),
    EVENTS("events", "Events"),
    SWITCHES("switches", "Switches"),
    LOAD("load", "Load"),
    AUDIT("audit", "Audit");

    private final String below;
    private final String link;

    Place(String below, String link) {
        this.below = below;
        this.link = link;
    }

    String path() {
        return Places.ROOT + below;
    }

    /** The text of the link in the header; empty if there is none. */
    String link() {
        return link;
    }

    /** @param below what follows {@link Places#ROOT} */
    static Optional<Place> at(String below) {
        return Stream.of(values()).filter(each -> each.below.equals(below)).findFirst();
    }
}
