package org.fedoraproject.registry.index;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.repository.Referrers;
import org.fedoraproject.registry.repository.Tags;
import org.fedoraproject.registry.store.TagStore;

/**
 * The tags of one repository with all that is known of their images. Which tags there are, what they name and what
 * refers to that is read from the tree each time, so an answer is never out of date.
 */
@Singleton
public class TagDetails {
    /** Signatures, by the artifact types of cosign, Sigstore and Notation. */
    private static final List<String> SIGNATURES = List.of(
            "application/vnd.dev.cosign.artifact.sig.",
            "application/vnd.dev.sigstore.bundle",
            "application/vnd.cncf.notary.signature");

    /** Where cosign keeps signatures in a registry without referrers. */
    private static final String COSIGN_SUFFIX = ".sig";

    private static final Page REFERRERS = new Page(100, "");
    private static final int MAX_DESCRIPTORS = 1024 * 1024;

    private final Tags tags;
    private final TagStore store;
    private final Referrers referrers;
    private final Images images;

    @Inject
    public TagDetails(Tags tags, TagStore store, Referrers referrers, Images images) {
        this.tags = tags;
        this.store = store;
        this.referrers = referrers;
        this.images = images;
    }

    /**
     * A tag.
     *
     * @param image empty if it cannot be read
     * @param platforms such as {@code linux/amd64}; those of an index come from the index itself
     * @param size in bytes; of an index, of all images in it that the repository has
     * @param created of an index, when the newest of these images was created
     * @param referrers how many manifests refer to it, by artifact type; at most 100 are counted
     * @param signed whether a signature is among them, or under cosign's tag; nobody has verified it
     */
    public record Details(
            Tag tag,
            Digest digest,
            Optional<Image> image,
            List<String> platforms,
            long size,
            Optional<Instant> created,
            Map<String, Integer> referrers,
            boolean signed) {}

    /**
     * A page of the tags, which may be shorter than its limit. It is empty only if no tag follows. A tag without a
     * readable link is left out.
     *
     * @param budget called with the bytes that each tag takes; may throw if there is no room
     * @param maxBytes of labels and annotations; the page has at least one tag in any case
     * @throws RegistryException {@code NAME_UNKNOWN}
     */
    public Page.Entries<Details> list(RepositoryName name, Page page, int maxBytes, Consumer<Integer> budget) {
        List<Details> found = new ArrayList<>();
        int bytes = 0;
        Page part = page;
        while (true) {
            Page.Entries<Tag> names = tags.list(name, part);
            for (Tag tag : names.entries()) {
                Optional<Details> details = store.get(name, tag).map(digest -> details(name, tag, digest));
                int weight = details.flatMap(Details::image).map(Image::weight).orElse(0);
                if (bytes + weight > maxBytes && !found.isEmpty()) {
                    return new Page.Entries<>(found, true);
                }
                bytes += weight;
                budget.accept(weight);
                details.ifPresent(found::add);
            }
            if (!names.more() || !found.isEmpty()) {
                return new Page.Entries<>(found, names.more());
            }
            part = new Page(page.limit(), names.entries().getLast().value());
        }
    }

    /** One tag; empty if there is none. */
    public Optional<Details> find(RepositoryName name, Tag tag) {
        return store.get(name, tag).map(digest -> details(name, tag, digest));
    }

    /** Whether the repository has no more tags than this. */
    public boolean hasAtMost(RepositoryName name, int most) {
        return !tags.list(name, new Page(most, "")).more();
    }

    private Details details(RepositoryName name, Tag tag, Digest digest) {
        Optional<Image> image = images.get(name, digest);
        List<Images.Child> children =
                image.map(index -> images.children(name, index, () -> {})).orElse(List.of());
        Map<String, Integer> types = referrers(name, digest);
        return new Details(
                tag,
                digest,
                image,
                image.map(TagDetails::platforms).orElse(List.of()),
                children.stream()
                        .map(child -> child.image().size())
                        .reduce(image.map(Image::size).orElse(0L), Image::sum),
                newest(image, children),
                types,
                types.keySet().stream().anyMatch(TagDetails::isSignature) || hasCosignTag(name, digest));
    }

    private static List<String> platforms(Image image) {
        return image.children().isEmpty()
                ? platform(image.os(), image.architecture(), image.variant()).toList()
                : image.children().stream()
                        .flatMap(child -> child.platform().stream())
                        .flatMap(known -> platform(known.os(), known.architecture(), known.variant()))
                        .distinct()
                        .toList();
    }

    /** Builders list attestations under an unknown platform. */
    private static Stream<String> platform(String os, String architecture, String variant) {
        return os.isEmpty() && architecture.isEmpty() || os.equals("unknown")
                ? Stream.empty()
                : Stream.of(new Descriptor.Platform(os, architecture, variant).toString());
    }

    private static Optional<Instant> newest(Optional<Image> image, List<Images.Child> children) {
        return children.stream()
                .flatMap(child -> child.image().created().stream())
                .max(Comparator.naturalOrder())
                .or(() -> image.flatMap(Image::created));
    }

    private Map<String, Integer> referrers(RepositoryName name, Digest digest) {
        Map<String, Integer> types = new TreeMap<>();
        for (Referrer referrer : referrers
                .list(name, digest, Optional.empty(), REFERRERS, MAX_DESCRIPTORS)
                .entries()) {
            types.merge(referrer.artifactType().orElse(""), 1, Integer::sum);
        }
        return types;
    }

    private static boolean isSignature(String artifactType) {
        return SIGNATURES.stream().anyMatch(artifactType.toLowerCase(Locale.ROOT)::startsWith);
    }

    private boolean hasCosignTag(RepositoryName name, Digest digest) {
        String tag = digest.algorithm() + "-" + digest.hex() + COSIGN_SUFFIX;
        return Tag.isTag(tag) && store.get(name, Tag.parse(tag)).isPresent();
    }
}
