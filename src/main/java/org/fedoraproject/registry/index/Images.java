package org.fedoraproject.registry.index;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fedoraproject.registry.oci.CreationTime;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ImageConfig;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.TreeScan;
import org.jboss.logging.Logger;

/**
 * Reads images, and keeps those that were asked for last, by their digests. What cannot be read is left out, and costs
 * one line of the log. Reading an image here is no use of it: it does not keep it from being collected.
 */
@Singleton
public class Images {
    private static final Logger LOG = Logger.getLogger(Images.class);

    /** In bytes; the config of an image with many labels and a long history has some 100 KiB. */
    static final int MAX_CONFIG = 1024 * 1024;

    /** In bytes, of all images that are kept. */
    private static final long MAX_WEIGHT = 32L * 1024 * 1024;

    private static final int MAX_CHILDREN = 200;
    private static final int MAX_REPORTED = 10_000;

    private final LinkStore links;
    private final TreeScan tree;
    private final long maxWeight;
    private final Map<Digest, Image> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;
    private final Set<Digest> reported = ConcurrentHashMap.newKeySet();

    @Inject
    public Images(LinkStore links, TreeScan tree) {
        this(links, tree, MAX_WEIGHT);
    }

    Images(LinkStore links, TreeScan tree, long maxWeight) {
        this.links = links;
        this.tree = tree;
        this.maxWeight = maxWeight;
    }

    /**
     * An image that the repository has, or that one of its tags names. Empty if it cannot be read.
     *
     * @param step called before each operation on the share
     */
    public Optional<Image> get(RepositoryName name, Digest digest, Runnable step) {
        Optional<Image> known = kept(digest);
        if (known.isPresent()) {
            return known;
        }
        Optional<Image> read = read(name, digest, step);
        read.ifPresent(image -> keep(digest, image));
        return read;
    }

    /** The same without a limit of the rate. */
    public Optional<Image> get(RepositoryName name, Digest digest) {
        return get(name, digest, () -> {});
    }

    /** A child of an index; empty if the repository does not have it, or it cannot be read. */
    public Optional<Image> child(RepositoryName name, Digest digest) {
        return links.hasRevision(name, digest) ? get(name, digest) : Optional.empty();
    }

    /** The children of an index that the repository has. */
    public List<Child> children(RepositoryName name, Image index, Runnable step) {
        List<Child> found = new ArrayList<>();
        for (Descriptor child : index.children()) {
            step.run();
            if (child.mayBeManifest() && links.hasRevision(name, child.digest())) {
                get(name, child.digest(), step).ifPresent(image -> found.add(new Child(child, image)));
            }
        }
        return found;
    }

    /** A child of an index, and what the index says about it. */
    public record Child(Descriptor descriptor, Image image) {}

    private synchronized Optional<Image> kept(Digest digest) {
        return Optional.ofNullable(kept.get(digest));
    }

    private synchronized void keep(Digest digest, Image image) {
        Image before = kept.put(digest, image);
        weight += image.weight() - (before == null ? 0 : before.weight());
        Iterator<Image> oldest = kept.values().iterator();
        while (weight > maxWeight && oldest.hasNext()) {
            weight -= oldest.next().weight();
            oldest.remove();
        }
    }

    /** About so many bytes of heap. */
    public synchronized long heapSize() {
        return weight;
    }

    /** How many could not be read since the start. */
    public int unreadable() {
        return reported.size();
    }

    synchronized int size() {
        return kept.size();
    }

    private Optional<Image> read(RepositoryName name, Digest digest, Runnable step) {
        step.run();
        Optional<Manifest> manifest = links.stored(name, digest)
                .flatMap(stored -> tree.read(stored, Manifest.MAX_SIZE))
                .filter(bytes -> bytes.length <= Manifest.MAX_SIZE)
                .flatMap(Manifest::parseStored);
        if (manifest.isEmpty()) {
            report(digest, name, "the manifest cannot be read");
            return Optional.empty();
        }
        Optional<ImageConfig> config = manifest.get().manifests().isEmpty()
                ? manifest.get().config().flatMap(descriptor -> config(name, digest, descriptor, step))
                : Optional.empty();
        return Optional.of(image(manifest.get(), config));
    }

    /**
     * A config with URLs of its own need not be in the repository, so that it may be one that the repository's users
     * may not pull.
     */
    private Optional<ImageConfig> config(RepositoryName name, Digest image, Descriptor descriptor, Runnable step) {
        if (descriptor.external() || !descriptor.mayBeManifest()) {
            return Optional.empty(); // a config of another type than JSON is no image's
        }
        step.run();
        Optional<byte[]> bytes = stored(name, descriptor.digest()).flatMap(stored -> tree.read(stored, MAX_CONFIG));
        if (bytes.isEmpty() || bytes.get().length > MAX_CONFIG) {
            report(image, name, bytes.isEmpty() ? "the config is missing" : "the config is too long");
            return Optional.empty();
        }
        ImageConfig config = ImageConfig.parse(bytes.get());
        if (!config.faults().isEmpty()) {
            report(image, name, "of the config, " + String.join(", ", config.faults()));
        }
        return Optional.of(config);
    }

    private Optional<Digest> stored(RepositoryName name, Digest config) {
        return config.algorithm() == Digest.Algorithm.SHA256 ? Optional.of(config) : links.layer(name, config);
    }

    private static Image image(Manifest manifest, Optional<ImageConfig> config) {
        Optional<Instant> created =
                config.flatMap(ImageConfig::created).or(() -> CreationTime.ofManifest(manifest.bytes()));
        return new Image(
                manifest.mediaType(),
                manifest.artifactType(),
                size(manifest),
                created,
                config.map(ImageConfig::os).orElse(""),
                config.map(ImageConfig::architecture).orElse(""),
                config.map(ImageConfig::variant).orElse(""),
                config.map(ImageConfig::labels).orElse(Map.of()),
                annotations(manifest),
                manifest.manifests().stream().limit(MAX_CHILDREN).toList());
    }

    /** Without those that make them too long. */
    private static Map<String, String> annotations(Manifest manifest) {
        Map<String, String> found = new LinkedHashMap<>();
        int left = ImageConfig.MAX_LABELS;
        for (Map.Entry<String, String> each : manifest.annotations().entrySet()) {
            int length = each.getKey().length() + each.getValue().length();
            if (length <= left) {
                left -= length;
                found.put(each.getKey(), each.getValue());
            }
        }
        return found;
    }

    private static long size(Manifest manifest) {
        long sum = 0;
        for (Descriptor blob : manifest.blobs()) {
            OptionalLong size = blob.size();
            sum = Image.sum(sum, Math.max(0, size.orElse(0)));
        }
        return sum;
    }

    private void report(Digest digest, RepositoryName name, String what) {
        if (reported.size() < MAX_REPORTED && reported.add(digest)) {
            LOG.warnf("The index has no details of %s in %s: %s", digest, name, what);
        }
    }
}
