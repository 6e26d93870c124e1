package org.fedoraproject.registry.flatpak;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fedoraproject.registry.index.Image;
import org.fedoraproject.registry.index.Images;
import org.fedoraproject.registry.index.RepositoryObserver;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.TagStore;
import org.jboss.logging.Logger;

/** All Flatpaks of the registry. The walk of the index brings each repository here whenever it may have changed. */
@Singleton
public class Flatpaks implements RepositoryObserver {
    private static final Logger LOG = Logger.getLogger(Flatpaks.class);

    private static final Duration RETRY = Duration.ofSeconds(5);

    /** In bytes, of all Flatpaks. */
    private static final long MAX_WEIGHT = 64L * 1024 * 1024;

    private static final int MAX_OTHERS = 1_000_000;

    private final boolean enabled;
    private final TagStore tags;
    private final Images images;
    private final long maxWeight;
    private final NavigableMap<String, Listing> listings = new ConcurrentSkipListMap<>();
    /** Parts of the digests of manifests that are no Flatpaks, so that they are not read again. */
    private final Set<Long> others = new HashSet<>();

    private long weight;
    private boolean reportedFull;
    private volatile boolean complete;

    @Inject
    public Flatpaks(FlatpakConfig config, TagStore tags, Images images) {
        this(config.enabled(), tags, images, MAX_WEIGHT);
    }

    Flatpaks(boolean enabled, TagStore tags, Images images, long maxWeight) {
        this.enabled = enabled;
        this.tags = tags;
        this.images = images;
        this.maxWeight = maxWeight;
    }

    @Override
    public boolean isOn() {
        return enabled;
    }

    /**
     * What a client wants, by the names of repositories.
     *
     * @param shown whether the client may see it
     * @throws RegistryException the endpoint is unknown if there is no index; {@code UNAVAILABLE} until all
     *     repositories were seen once
     */
    List<Listing> find(Query query, Predicate<RepositoryName> shown) {
        requireReady();
        return listings.values().stream()
                .map(listing -> listing.filtered(query))
                .filter(Objects::nonNull)
                .filter(listing -> shown.test(listing.name()))
                .toList();
    }

    /** An icon of a Flatpak that the client may see. */
    Optional<Icon> icon(Digest digest, Predicate<RepositoryName> shown) {
        requireReady();
        for (Listing listing : listings.values()) {
            Optional<Flatpak> flatpak = listing.flatpaks()
                    .filter(each -> each.icons().containsKey(digest))
                    .findFirst();
            if (flatpak.isPresent() && shown.test(listing.name())) {
                Optional<Icon> icon = icon(listing.name(), flatpak.get(), digest);
                if (icon.isPresent()) {
                    return icon;
                }
            }
        }
        return Optional.empty();
    }

    private void requireReady() {
        if (!enabled) {
            throw RegistryException.endpointUnknown();
        }
        if (!complete) {
            throw RegistryException.unavailable(RETRY, null);
        }
    }

    private Optional<Icon> icon(RepositoryName name, Flatpak flatpak, Digest digest) {
        String label = flatpak.icons().get(digest);
        return images.get(name, flatpak.digest()).stream()
                .flatMap(image -> Stream.of(image.labels(), image.annotations()))
                .flatMap(texts -> Optional.ofNullable(texts.get(label)).stream())
                .flatMap(value -> Icon.find(label, value).stream())
                .filter(icon -> icon.digest().equals(digest))
                .findFirst();
    }

    @Override
    public void complete() {
        complete = true;
    }

    @Override
    public void gone(RepositoryName name) {
        replace(name, null);
    }

    @Override
    public void seen(RepositoryName name, Runnable step) {
        Listing before = listings.get(name.value());
        NavigableMap<String, List<String>> byDigest = new TreeMap<>();
        step.run();
        // docker-distribution moves a tag without a trace in any directory, so that each link is read
        for (Tag tag : tags.all(name)) {
            step.run();
            tags.get(name, tag)
                    .filter(digest -> !others.contains(bits(digest)))
                    .ifPresent(digest -> byDigest.computeIfAbsent(digest.toString(), key -> new ArrayList<>())
                            .add(tag.value()));
        }
        Builder listing = new Builder(name, before, step);
        byDigest.forEach(listing::add);
        replace(name, listing.build());
    }

    private void replace(RepositoryName name, Listing listing) {
        boolean isNone = listing == null || listing.isEmpty();
        Listing before = listings.remove(name.value());
        weight -= before == null ? 0 : before.weight();
        if (isNone) {
            return;
        }
        if (weight + listing.weight() > maxWeight) {
            if (!reportedFull) {
                reportedFull = true;
                LOG.warnf("The index of Flatpaks has no room for more, such as %s", name);
            }
            return;
        }
        weight += listing.weight();
        listings.put(name.value(), listing);
    }

    private static long bits(Digest digest) {
        return HexFormat.fromHexDigitsToLong(digest.hex(), 0, 2 * Long.BYTES);
    }

    /** Reads the Flatpaks of a repository, but those that it had before need not be read again. */
    private final class Builder {
        private final RepositoryName name;
        private final Listing before;
        private final Runnable step;
        private final List<Listing.Tagged> single = new ArrayList<>();
        private final List<Listing.TaggedList> lists = new ArrayList<>();

        private Builder(RepositoryName name, Listing before, Runnable step) {
            this.name = name;
            this.before = before;
            this.step = step;
        }

        private void add(String text, List<String> named) {
            Digest digest = Digest.parse(text);
            List<String> sorted = named.stream().sorted().toList();
            Optional<Flatpak> known = Optional.ofNullable(before).flatMap(listing -> listing.flatpak(digest));
            if (known.isPresent()) {
                single.add(new Listing.Tagged(sorted, known.get()));
                return;
            }
            images.get(name, digest, step).ifPresent(image -> {
                if (image.children().isEmpty()) {
                    addImage(digest, sorted, image);
                } else {
                    addList(digest, sorted, image);
                }
            });
        }

        private void addImage(Digest digest, List<String> named, Image image) {
            if (Flatpak.is(image)) {
                single.add(new Listing.Tagged(named, Flatpak.of(digest, image)));
            } else if (others.size() < MAX_OTHERS) {
                others.add(bits(digest));
            }
        }

        private void addList(Digest digest, List<String> named, Image index) {
            List<Images.Child> children = images.children(name, index, step);
            List<Flatpak> found = children.stream()
                    .filter(child -> Flatpak.is(child.image()))
                    .map(child -> Flatpak.of(child.descriptor().digest(), child.image()))
                    .toList();
            if (!found.isEmpty()) {
                lists.add(
                        new Listing.TaggedList(named, digest, index.mediaType().value(), found));
            } else if (children.size() == index.children().size() && others.size() < MAX_OTHERS) {
                others.add(bits(digest));
            }
        }

        private Listing build() {
            return new Listing(name, List.copyOf(single), List.copyOf(lists));
        }
    }
}
