package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.ReferrerStore.Entry;
import org.fedoraproject.registry.store.ReferrerStore.Match;
import org.fedoraproject.registry.store.TagStore;

/**
 * The manifests that refer to another as their subject (end-12). Includes those that clients listed under a fallback
 * tag while the registry did not support subjects.
 */
@Singleton
public class Referrers {
    /** A fallback tag has at most this many hex digits of the digest. */
    private static final int FALLBACK_HEX = 64;

    private static final int BATCH = 10_000;

    private static final Comparator<Digest> BY_TEXT = Comparator.comparing(Digest::toString);

    private final ReferrerStore referrers;
    private final LinkStore links;
    private final TagStore tags;
    private final BlobStore blobs;
    private final HeapBudget heapBudget;
    private final BooleanSupplier readOnly;

    @Inject
    public Referrers(
            ReferrerStore referrers,
            LinkStore links,
            TagStore tags,
            BlobStore blobs,
            HeapBudget heapBudget,
            Switches switches) {
        this(referrers, links, tags, blobs, heapBudget, () -> switches.isOn(Switch.READ_ONLY));
    }

    Referrers(
            ReferrerStore referrers,
            LinkStore links,
            TagStore tags,
            BlobStore blobs,
            HeapBudget heapBudget,
            BooleanSupplier readOnly) {
        this.referrers = referrers;
        this.links = links;
        this.tags = tags;
        this.blobs = blobs;
        this.heapBudget = heapBudget;
        this.readOnly = readOnly;
    }

    /**
     * A page of the referrers, by digest in ASCII order; empty if there are none, or no such subject. Reads the
     * referrers one by one and only as many as the page needs and one more, besides those whose type is not yet in the
     * index or which are under a fallback tag. Adds types that are missing in the index, unless the registry is
     * read-only.
     *
     * @param artifactType if given, only referrers of this type; its case is ignored
     * @param maxBytes of all descriptors together; the page has at least one in any case
     */
    public Page.Entries<Referrer> list(
            RepositoryName name, Digest subject, Optional<String> artifactType, Page page, int maxBytes) {
        List<Referrer> found = new ArrayList<>();
        if (page.limit() == 0) {
            return new Page.Entries<>(found, false);
        }
        try (HeapBudget.Reservation held = heapBudget.reserveForList()) {
            int bytes = 0;
            boolean addsTypes = artifactType.isPresent() && !readOnly.getAsBoolean();
            Candidates candidates = new Candidates(name, subject, artifactType, page.last());
            for (Optional<Entry> next = candidates.next(); next.isPresent(); next = candidates.next()) {
                Digest candidate = next.get().digest();
                Optional<Manifest> manifest = read(name, candidate).filter(known -> refersTo(known, subject));
                if (addsTypes && next.get().match() == Match.UNKNOWN && manifest.isPresent()) {
                    addsTypes = addType(name, subject, candidate, manifest.get().artifactType());
                }
                if (manifest.filter(known -> isOfType(known, artifactType)).isEmpty()) {
                    continue;
                }
                if (found.size() == page.limit()) {
                    return new Page.Entries<>(found, true);
                }
                Referrer referrer = manifest.get().asReferrer(candidate, maxBytes);
                bytes += referrer.json().length + 1;
                if (bytes > maxBytes && !found.isEmpty()) {
                    return new Page.Entries<>(found, true);
                }
                found.add(referrer);
            }
        }
        return new Page.Entries<>(found, false);
    }

    /** Returns whether it could; if not, the next list of one type tries again. */
    private boolean addType(RepositoryName name, Digest subject, Digest referrer, Optional<String> type) {
        try {
            referrers.putType(name, subject, referrer, type);
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }

    /** The possible referrers after {@code last}, in order; only a batch of them is on the heap. */
    private final class Candidates {
        private final RepositoryName name;
        private final Digest subject;
        private final Optional<String> artifactType;
        private final NavigableSet<Digest> fallback = new TreeSet<>(BY_TEXT);
        private final NavigableMap<Digest, Match> batch = new TreeMap<>(BY_TEXT);
        private String last;
        private boolean more = true;

        private Candidates(RepositoryName name, Digest subject, Optional<String> artifactType, String last) {
            this.name = name;
            this.subject = subject;
            this.artifactType = artifactType;
            this.last = last;
            for (Descriptor child : fallback(name, subject)) {
                if (child.digest().toString().compareTo(last) > 0) {
                    fallback.add(child.digest());
                }
            }
        }

        private Optional<Entry> next() {
            while (!batch.isEmpty() || more) {
                if (batch.isEmpty()) {
                    fill();
                }
                Map.Entry<Digest, Match> first = batch.pollFirstEntry();
                if (first != null && first.getValue() != Match.NO) {
                    return Optional.of(new Entry(first.getKey(), first.getValue()));
                }
            }
            return Optional.empty();
        }

        private void fill() {
            more = addIndexed(new Page(BATCH, last));
            NavigableSet<Digest> before = more ? fallback.headSet(batch.lastKey(), true) : fallback;
            // a type may be left of a referrer that another registry has pushed again since
            before.forEach(each -> batch.merge(each, Match.LIKELY, (of, listed) -> of == Match.NO ? listed : of));
            before.clear();
            last = batch.isEmpty() ? last : batch.lastKey().toString();
        }

        /** Returns whether more follow. */
        private boolean addIndexed(Page page) {
            if (artifactType.isEmpty()) {
                Page.Entries<Digest> indexed = referrers.list(name, subject, page);
                indexed.entries().forEach(each -> batch.put(each, Match.UNKNOWN));
                return indexed.more();
            }
            Page.Entries<Entry> indexed = referrers.list(name, subject, artifactType.get(), page);
            indexed.entries().forEach(each -> batch.put(each.digest(), each.match()));
            return indexed.more();
        }
    }

    /** The index that clients maintain under the tag {@code <algorithm>-<hex>} (spec, "Referrers Tag Schema"). */
    private List<Descriptor> fallback(RepositoryName name, Digest subject) {
        Tag tag = Tag.parse(subject.algorithm() + "-" + subject.hex().substring(0, FALLBACK_HEX));
        return tags.get(name, tag)
                .flatMap(digest -> links.revision(name, digest).or(() -> Optional.of(digest)))
                .flatMap(this::read)
                .filter(index -> index.mediaType().equals(MediaType.OCI_INDEX))
                .map(Manifest::manifests)
                .orElse(List.of());
    }

    /** Empty if it was deleted meanwhile, or is no manifest. */
    private Optional<Manifest> read(RepositoryName name, Digest digest) {
        return links.revision(name, digest).flatMap(this::read);
    }

    private Optional<Manifest> read(Digest stored) {
        return blobs.read(stored, Manifest.MAX_SIZE).flatMap(Manifest::parseStored);
    }

    private static boolean refersTo(Manifest manifest, Digest subject) {
        return manifest.subject().map(Descriptor::digest).equals(Optional.of(subject));
    }

    private static boolean isOfType(Manifest manifest, Optional<String> artifactType) {
        return artifactType.isEmpty()
                || artifactType.get().equalsIgnoreCase(manifest.artifactType().orElse(null));
    }
}
