package org.fedoraproject.registry.page;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image says about itself in annotations or labels (OCI Image Specification, "Pre-Defined Annotation Keys").
 *
 * @param description may be empty
 * @param links to pages about it, for example its sources
 */
public record About(String title, String description, List<Link> links, List<Fact> facts) {
    static final About NOTHING = new About("", "", List.of(), List.of());

    private static final String PREFIX = "org.opencontainers.image.";
    private static final int MOST_DESCRIPTION = 10_000;

    /** A short text, such as the version. */
    public record Fact(String name, String text) {}

    public About {
        links = List.copyOf(links);
        facts = List.copyOf(facts);
    }

    /** Annotations come before labels. */
    static About of(Map<String, String> annotations, Map<String, String> labels) {
        List<Link> links = new ArrayList<>();
        List<Fact> facts = new ArrayList<>();
        add(links, facts, "Website", find("url", annotations, labels));
        add(links, facts, "Documentation", find("documentation", annotations, labels));
        add(links, facts, "Source", find("source", annotations, labels));
        addFact(facts, "Version", find("version", annotations, labels));
        addFact(facts, "Vendor", find("vendor", annotations, labels));
        addFact(facts, "Authors", find("authors", annotations, labels));
        addFact(facts, "Licenses", find("licenses", annotations, labels));
        addFact(facts, "Revision", find("revision", annotations, labels));
        return new About(
                find("title", annotations, labels),
                Members.cut(find("description", annotations, labels), MOST_DESCRIPTION),
                links,
                facts);
    }

    public boolean isEmpty() {
        return equals(NOTHING);
    }

    private static String find(String name, Map<String, String> annotations, Map<String, String> labels) {
        return annotations.getOrDefault(PREFIX + name, labels.getOrDefault(PREFIX + name, ""));
    }

    private static void add(List<Link> links, List<Fact> facts, String name, String text) {
        if (isWebAddress(text)) {
            links.add(new Link(text, name, false));
        } else {
            addFact(facts, name, text);
        }
    }

    private static void addFact(List<Fact> facts, String name, String text) {
        if (!text.isEmpty()) {
            facts.add(new Fact(name, Members.cut(text, 500)));
        }
    }

    /** Whether a browser may go there: it must not be led to a script. */
    private static boolean isWebAddress(String text) {
        try {
            URI uri = URI.create(text);
            return Optional.ofNullable(uri.getHost()).isPresent()
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
