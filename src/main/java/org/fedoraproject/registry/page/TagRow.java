package org.fedoraproject.registry.page;

import java.time.Instant;
import java.util.Optional;
import org.fedoraproject.registry.index.TagDetails;

/**
 * A tag in the list of a repository.
 *
 * @param convention what the tag means to tools, such as {@code Signature}; empty for tags of people
 * @param platforms those shown, and how many more there are
 * @param size in words; empty if it is not known
 * @param referrers how many manifests refer to it, at most 100
 */
public record TagRow(
        String tag,
        String href,
        String digest,
        String shortDigest,
        String convention,
        Shown<String> platforms,
        String size,
        Optional<Instant> created,
        boolean signed,
        int referrers) {
    private static final int MOST_PLATFORMS = 6;

    static TagRow of(String name, TagDetails.Details details) {
        String digest = details.digest().toString();
        return new TagRow(
                details.tag().value(),
                Hrefs.tag(name, details.tag().value()),
                digest,
                Hrefs.shortened(digest),
                Kinds.ofTag(details.tag().value()),
                Shown.first(MOST_PLATFORMS, details.platforms()),
                details.image().map(image -> Sizes.text(details.size())).orElse(""),
                details.created(),
                details.signed(),
                details.referrers().values().stream().mapToInt(count -> count).sum());
    }
}
