package org.fedoraproject.registry.page;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code manifest.jte} shows: an image, an index or another artifact.
 *
 * @param reference by which the reader came, a tag or a digest
 * @param kind in words, such as {@code Image}
 * @param size of all blobs in bytes; 0 for an index
 * @param commands to pull it, by the tool
 * @param readable whether its JSON could be read
 * @param image what the config says, if it is an image's
 * @param unread whether the config should say something, and could not be read
 * @param moreReferrers whether there are more than those shown
 */
public record ManifestPage(
        Layout layout,
        String name,
        String reference,
        String kind,
        String digest,
        String mediaType,
        String artifactType,
        long size,
        List<String> commands,
        boolean readable,
        Optional<Part> config,
        Optional<ImageDocument> image,
        boolean unread,
        Shown<Part> layers,
        Shown<Child> children,
        Shown<Map.Entry<String, String>> labels,
        Shown<Map.Entry<String, String>> annotations,
        Optional<Part> subject,
        List<ReferrerNode> referrers,
        boolean moreReferrers,
        About about,
        String readme,
        Instant now) {
    public ManifestPage {
        commands = List.copyOf(commands);
        referrers = List.copyOf(referrers);
    }

    /** Name with tag or digest. */
    public String title() {
        return name + (reference.indexOf(':') < 0 ? ":" : "@") + reference;
    }

    public String repositoryPath() {
        return Hrefs.repository(name);
    }

    public String path(Part part) {
        return Hrefs.digest(name, part.digest());
    }

    public String sizeText() {
        return Sizes.text(size);
    }

    public String shortened(String text) {
        return Hrefs.shortened(text);
    }

    /** Whether the sizes of some children that are shown were not looked for. */
    public boolean leavesOutSizes() {
        return children.entries().size() > ManifestPages.MOST_SIZED;
    }

    /** How many sizes of children were looked for at most. */
    public int mostSizes() {
        return ManifestPages.MOST_SIZED;
    }

    public boolean isIndex() {
        return !children.isEmpty();
    }

    public Optional<Instant> created() {
        return image.flatMap(ImageDocument::created);
    }

    public Shown<HistoryEntry> history() {
        return Shown.first(100, image.map(ImageDocument::history).orElse(List.of()));
    }
}
