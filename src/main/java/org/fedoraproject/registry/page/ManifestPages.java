package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedoraproject.registry.index.Artifacts;
import org.fedoraproject.registry.index.Image;
import org.fedoraproject.registry.index.Images;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.repository.HeapBudget;

/** Collects what the page of a manifest shows. */
@Singleton
public class ManifestPages {
    /** In bytes; the config of an image with many labels and a long history has some 100 KiB. */
    private static final int MAX_CONFIG = 1024 * 1024;

    /** Manifests of up to this many bytes need no reservation of heap. */
    private static final int SMALL = 64 * 1024;

    private static final int MOST_LAYERS = 200;
    private static final int MOST_CHILDREN = 200;
    private static final int MOST_TEXTS = 100;

    /** Children whose own manifests are read; few indexes have more. */
    static final int MOST_SIZED = 50;

    private final Artifacts artifacts;
    private final Images images;
    private final ReferrerTrees referrers;
    private final Readmes readmes;
    private final Abouts abouts;
    private final HeapBudget heapBudget;

    @Inject
    public ManifestPages(
            Artifacts artifacts,
            Images images,
            ReferrerTrees referrers,
            Readmes readmes,
            Abouts abouts,
            HeapBudget heapBudget) {
        this.artifacts = artifacts;
        this.images = images;
        this.referrers = referrers;
        this.readmes = readmes;
        this.abouts = abouts;
        this.heapBudget = heapBudget;
    }

    /** @throws RegistryException {@code MANIFEST_UNKNOWN} */
    ManifestPage build(PageRequest request) {
        RepositoryName name = request.registry().repository();
        Reference reference = reference(request.registry().reference());
        Artifacts.Found found =
                artifacts.find(name, reference).orElseThrow(() -> RegistryException.manifestUnknown(name, reference));
        try (HeapBudget.Reservation held = found.bytes().length > SMALL ? heapBudget.reserveForList() : () -> {}) {
            return build(request, name, reference, found);
        }
    }

    private static Reference reference(String text) {
        if (text.indexOf(':') < 0 && !Tag.isTag(text)) {
            throw RegistryException.of(ErrorCode.MANIFEST_UNKNOWN);
        }
        return Reference.parse(text);
    }

    private ManifestPage build(PageRequest request, RepositoryName name, Reference reference, Artifacts.Found found) {
        Optional<Members> read = Members.parse(found.bytes());
        Members manifest = read.orElse(Members.NONE);
        Optional<Part> config = Optional.of(manifest.object("config"))
                .filter(each -> each != Members.NONE)
                .map(Part::of);
        Optional<ImageDocument> image =
                config.flatMap(part -> config(name, part)).map(ImageDocument::of);
        List<Part> layers = layers(manifest);
        List<Child> children =
                manifest.objects("manifests").stream().map(Child::of).toList();
        Map<String, String> labels = image.map(ImageDocument::labels).orElse(Map.of());
        Map<String, String> annotations = manifest.map("annotations");
        String kind = Kinds.ofManifest(
                !children.isEmpty(), config.map(Part::mediaType).orElse(""), manifest.text("artifactType"));
        ReferrerTrees.Tree tree = referrers.of(name, found.digest());
        return new ManifestPage(
                request.layout(name + (reference instanceof Tag ? ":" : "@") + reference),
                name.value(),
                reference.toString(),
                kind,
                found.digest().toString(),
                found.mediaType().value(),
                manifest.text("artifactType"),
                size(config, layers),
                request.commands().pulls(name.value(), reference, kind, labels.get(Kinds.FLATPAK_LABEL)),
                read.isPresent(),
                config,
                image,
                image.isEmpty() && config.filter(ManifestPages::isDocument).isPresent(),
                Shown.first(MOST_LAYERS, layers),
                Shown.first(MOST_CHILDREN, sized(name, children)),
                Shown.first(MOST_TEXTS, List.copyOf(labels.entrySet())),
                Shown.first(MOST_TEXTS, List.copyOf(annotations.entrySet())),
                Optional.of(manifest.object("subject"))
                        .filter(each -> each != Members.NONE)
                        .map(Part::of),
                tree.roots(),
                tree.more(),
                abouts.of(name, annotations, labels, digests(children)),
                readmes.find(name, found.digest()).orElse(""),
                Instant.now());
    }

    private static List<Part> layers(Members manifest) {
        List<Members> layers = manifest.objects("layers");
        return (layers.isEmpty() ? manifest.objects("blobs") : layers)
                .stream().map(Part::of).toList();
    }

    /** The first ones with the sizes of their images, which the index does not say. */
    private List<Child> sized(RepositoryName name, List<Child> children) {
        return Stream.concat(
                        children.stream().limit(MOST_SIZED).map(child -> sized(name, child)),
                        children.stream().skip(MOST_SIZED))
                .toList();
    }

    private Child sized(RepositoryName name, Child child) {
        return child.part()
                .parsed()
                .flatMap(digest -> images.child(name, digest))
                .filter(image -> image.children().isEmpty())
                .map(image -> child.withSize(image.size()))
                .orElse(child);
    }

    private static List<Digest> digests(List<Child> children) {
        return children.stream()
                .filter(child -> !child.isAttestation())
                .flatMap(child -> child.part().parsed().stream())
                .toList();
    }

    private static long size(Optional<Part> config, List<Part> layers) {
        long sum = config.map(Part::size).orElse(0L);
        for (Part layer : layers) {
            sum = Image.sum(sum, layer.size());
        }
        return sum;
    }

    /** A config with URLs of its own need not be in the repository, and one of another type than JSON is no image's. */
    private static boolean isDocument(Part config) {
        return !config.external() && config.mediaType().endsWith("json");
    }

    private Optional<Members> config(RepositoryName name, Part config) {
        if (!isDocument(config)) {
            return Optional.empty();
        }
        return config.parsed()
                .flatMap(digest -> artifacts.blob(name, digest, MAX_CONFIG))
                .flatMap(Members::parse);
    }
}
