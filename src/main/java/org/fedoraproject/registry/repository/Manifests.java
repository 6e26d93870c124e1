package org.fedoraproject.registry.repository;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.Admission;
import org.fedoraproject.registry.quota.Quotas;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.DeleteMark;
import org.fedoraproject.registry.store.Leases;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.TagStore;

/**
 * The manifests of repositories (end-3, end-7, end-9). A manifest is stored after everything that it refers to, and
 * before its tags.
 */
@Singleton
public class Manifests {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final BlobStore blobs;
    private final LinkStore links;
    private final TagStore tags;
    private final ReferrerStore referrers;
    private final Consumer<BlobDeleted> deleted;
    private final Consumer<RepositoryName> changed;
    private final Quotas quotas;
    private final ManifestEvents events;
    private final SizeCheck sizes;

    @Inject
    public Manifests(
            BlobStore blobs,
            LinkStore links,
            TagStore tags,
            ReferrerStore referrers,
            Event<BlobDeleted> deleted,
            Event<RepositoryChanged> changed,
            Quotas quotas,
            Events events) {
        this(
                blobs,
                links,
                tags,
                referrers,
                deleted::fire,
                name -> changed.fire(new RepositoryChanged(name)),
                quotas,
                events);
    }

    /** The same where nobody is told of events. */
    public Manifests(
            BlobStore blobs,
            LinkStore links,
            TagStore tags,
            ReferrerStore referrers,
            Consumer<BlobDeleted> deleted,
            Quotas quotas) {
        this(blobs, links, tags, referrers, deleted, quotas, Events.none());
    }

    /** @param deleted is told of each blob before it is deleted; an exception stops the delete */
    public Manifests(
            BlobStore blobs,
            LinkStore links,
            TagStore tags,
            ReferrerStore referrers,
            Consumer<BlobDeleted> deleted,
            Quotas quotas,
            Events events) {
        this(blobs, links, tags, referrers, deleted, name -> {}, quotas, events);
    }

    private Manifests(
            BlobStore blobs,
            LinkStore links,
            TagStore tags,
            ReferrerStore referrers,
            Consumer<BlobDeleted> deleted,
            Consumer<RepositoryName> changed,
            Quotas quotas,
            Events events) {
        this.blobs = blobs;
        this.links = links;
        this.tags = tags;
        this.referrers = referrers;
        this.deleted = deleted;
        this.changed = changed;
        this.quotas = quotas;
        this.events = new ManifestEvents(events, tags);
        this.sizes = new SizeCheck(blobs, links);
    }

    /**
     * A manifest as the registry serves it.
     *
     * @param digest the requested one, or the one that the tag names
     */
    public record Served(Digest digest, MediaType mediaType, byte[] bytes) {}

    /**
     * Returns a manifest as it was stored, with one exception: if a tag names a Docker list, and the client accepts
     * Docker's manifests but not its lists, the client gets the list's child for linux/amd64.
     *
     * @param accept the media types that the client accepts
     * @throws RegistryException {@code MANIFEST_UNKNOWN}
     */
    public Served get(RepositoryName name, Reference reference, Optional<String> accept) {
        Served found = find(name, reference).orElseThrow(() -> RegistryException.manifestUnknown(name, reference));
        boolean wantsChild = reference instanceof Tag
                && found.mediaType().equals(MediaType.DOCKER_LIST)
                && accept.isPresent()
                && !MediaType.DOCKER_LIST.acceptedBy(accept)
                && MediaType.DOCKER_MANIFEST.acceptedBy(accept);
        return wantsChild ? childForOldClient(name, found).orElse(found) : found;
    }

    /** The same; every tag may be moved, and every child of an index must exist. */
    public void put(RepositoryName name, Reference reference, List<Tag> alsoTags, Manifest manifest) {
        put(name, reference, alsoTags, manifest, tag -> false, child -> true, Origin.UNKNOWN);
    }

    /** The same for nobody in particular. */
    public void put(
            RepositoryName name,
            Reference reference,
            List<Tag> alsoTags,
            Manifest manifest,
            Predicate<Tag> isFixed,
            Predicate<Descriptor> isNeeded) {
        put(name, reference, alsoTags, manifest, isFixed, isNeeded, Origin.UNKNOWN);
    }

    /**
     * Stores a manifest and names it; durable on return. First checks that everything it refers to is in the
     * repository, except its subject, which may come later, and the children of an index that are not needed. An index
     * without these is sparse: they are unknown until they are pushed.
     *
     * @param alsoTags further tags for a manifest that is put by digest
     * @param isFixed whether a tag, once created, must not be moved
     * @param isNeeded whether an index's child must exist; layers in an index must always exist
     * @param origin for the events
     * @throws RegistryException {@code DIGEST_INVALID}, {@code MANIFEST_BLOB_UNKNOWN}; {@code DENIED} if a quota has no
     *     room, or if a tag is fixed and names another manifest. No tag is moved then; if another push created the tag at the same time, the
     *     manifest may be stored, under its digest alone. {@code UNAVAILABLE} if a garbage collection might delete what
     *     it refers to, for the share takes no writes or is very slow
     */
    public void put(
            RepositoryName name,
            Reference reference,
            List<Tag> alsoTags,
            Manifest manifest,
            Predicate<Tag> isFixed,
            Predicate<Descriptor> isNeeded,
            Origin origin) {
        Digest stored = manifest.digest();
        Digest named = reference instanceof Digest digest ? digest : stored;
        Digest computed = Digest.of(named.algorithm(), manifest.bytes());
        if (!computed.equals(named)) {
            throw RegistryException.digestMismatch(named, computed);
        }
        Set<Tag> names = new LinkedHashSet<>(alsoTags);
        if (reference instanceof Tag tag) {
            names.add(tag);
        }
        for (Tag tag : names) {
            if (isFixed.test(tag)) {
                tags.get(name, tag).ifPresent(current -> requireSame(name, tag, current, stored));
            }
        }
        Leases.Watch watch = blobs.watchLeases();
        requireReferences(name, manifest, isNeeded);
        Map<Tag, Digest> before = events.before(name, names);
        try (Admission room = admit(name, manifest, names)) {
            blobs.put(stored, manifest.bytes());
            write(name, named, manifest, names, isFixed, room);
            finish(name, named, manifest, names, isFixed, room);
        }
        changed.accept(name);
        if (watch.isBroken()) {
            requireAgain(name, manifest, isNeeded);
        }
        events.pushed(name, named, manifest, names, before, origin);
    }

    /**
     * Gives a manifest that the repository has another tag, as a push of the same bytes would do.
     *
     * @param isFixed whether a tag, once created, must not be moved
     * @param isNeeded as for a push
     * @param origin for the events
     * @throws RegistryException {@code MANIFEST_UNKNOWN}, and those of a push
     */
    public void tag(
            RepositoryName name,
            Reference from,
            Tag tag,
            Predicate<Tag> isFixed,
            Predicate<Descriptor> isNeeded,
            Origin origin) {
        Served served = get(name, from, Optional.empty());
        Manifest manifest = Manifest.parse(served.bytes(), Optional.of(served.mediaType()));
        put(name, served.digest(), List.of(tag), manifest, isFixed, isNeeded, origin);
    }

    private Admission admit(RepositoryName name, Manifest manifest, Set<Tag> names) {
        Digest stored = manifest.digest();
        return quotas.admitManifest(
                name,
                stored,
                manifest.bytes().length,
                names,
                () -> links.hasRevision(name, stored),
                tag -> tags.get(name, tag).isPresent());
    }

    /** Writes again while a delete of the same manifest may have removed something. */
    private void finish(
            RepositoryName name,
            Digest named,
            Manifest manifest,
            Set<Tag> names,
            Predicate<Tag> isFixed,
            Admission room) {
        Digest stored = manifest.digest();
        while (!isComplete(name, named, stored)) { // a delete of the same manifest has removed some of it, or may do so
            links.awaitDeletes(name, stored);
            write(name, named, manifest, names, isFixed, room);
        }
    }

    /** Looks at everything once more, now that the manifest is linked and collections know what it refers to. */
    private void requireAgain(RepositoryName name, Manifest manifest, Predicate<Descriptor> isNeeded) {
        Leases.Watch again = blobs.watchLeases();
        requireReferences(name, manifest, isNeeded);
        if (blobs.size(manifest.digest()).isEmpty() || again.isBroken()) {
            throw RegistryException.unavailable(RETRY, null);
        }
    }

    /** Writes all names of a manifest. The tags come last, so that no name exists before what it refers to. */
    private void write(
            RepositoryName name,
            Digest named,
            Manifest manifest,
            Set<Tag> names,
            Predicate<Tag> isFixed,
            Admission room) {
        Digest stored = manifest.digest();
        room.stored(links.putRevision(name, stored, stored));
        if (!named.equals(stored)) {
            links.putRevision(name, named, stored);
        }
        manifest.subject().map(Descriptor::digest).ifPresent(subject -> {
            referrers.put(name, subject, named);
            referrers.putType(name, subject, named, manifest.artifactType());
        });
        for (Tag tag : names) {
            if (isFixed.test(tag)) {
                TagStore.Named now = tags.putOnce(name, tag, named);
                room.tagged(name, tag, now.isNew());
                requireSame(name, tag, now.digest(), stored); // another push may have been faster
            } else {
                room.tagged(name, tag, tags.put(name, tag, named));
            }
        }
    }

    private boolean isComplete(RepositoryName name, Digest named, Digest stored) {
        return links.isSettled(name, stored) && (named.equals(stored) || links.hasRevision(name, named));
    }

    /**
     * Deletes a tag, or a manifest with all tags that name it (end-9). The tags are deleted first, so that an
     * interrupted delete can be repeated. A push of the same manifest at the same time takes effect completely before
     * or after the delete; a tag that is moved to another manifest meanwhile stays.
     *
     * @param origin for the events
     * @throws RegistryException {@code MANIFEST_UNKNOWN}
     */
    public void delete(RepositoryName name, Reference reference, Origin origin) {
        boolean deleted = switch (reference) {
            case Tag tag -> events.untagging(name, tag, origin, () -> untagged(name, tag, tags.delete(name, tag)));
            case Digest digest ->
                events.deleting(name, digest, origin, deletion -> deleteRevision(name, digest, deletion));
        };
        if (!deleted) {
            throw RegistryException.manifestUnknown(name, reference);
        }
    }

    /** The same for nobody in particular. */
    public void delete(RepositoryName name, Reference reference) {
        delete(name, reference, Origin.UNKNOWN);
    }

    /**
     * Deletes a tag, and not its manifest, if the tag names this digest; a tag that was moved meanwhile stays.
     *
     * @param origin for the events
     * @return whether the tag was deleted
     */
    public boolean delete(RepositoryName name, Tag tag, Digest manifest, Origin origin) {
        return events.untagging(name, tag, origin, () -> untagged(name, tag, tags.delete(name, tag, Set.of(manifest))));
    }

    private boolean untagged(RepositoryName name, Tag tag, boolean deleted) {
        if (deleted) {
            quotas.untagged(name, tag);
            changed.accept(name);
        }
        return deleted;
    }

    private Optional<Served> find(RepositoryName name, Reference reference) {
        return switch (reference) {
            case Tag tag ->
                tags.get(name, tag)
                        .flatMap(digest -> links.stored(name, digest).flatMap(stored -> read(name, digest, stored)));
            case Digest digest -> links.revision(name, digest).flatMap(stored -> read(name, digest, stored));
        };
    }

    private Optional<Served> read(RepositoryName name, Digest named, Digest stored) {
        Optional<Served> found = blobs.read(stored, Manifest.MAX_SIZE)
                .flatMap(bytes -> Manifest.storedType(bytes).map(type -> new Served(named, type, bytes)));
        found.ifPresent(served -> sizes.check(name, stored, served.bytes()));
        return found;
    }

    private Optional<Served> childForOldClient(RepositoryName name, Served list) {
        return Manifest.parseStored(list.bytes()).stream()
                .flatMap(manifest -> manifest.manifests().stream())
                .filter(Manifests::isForOldClients)
                .findFirst()
                .flatMap(child -> find(name, child.digest()));
    }

    /** The platform that docker-distribution assumes for a client that knows no lists. */
    private static boolean isForOldClients(Descriptor child) {
        return child.platform()
                .filter(platform -> platform.isFor("linux", "amd64"))
                .isPresent();
    }

    private void requireSame(RepositoryName name, Tag tag, Digest current, Digest wanted) {
        if (!links.stored(name, current).equals(Optional.of(wanted))) {
            throw RegistryException.of(
                    ErrorCode.DENIED, "the tag " + tag + " in " + name + " names " + current + " and is not moved");
        }
    }

    /** Something that a manifest refers to, and the repository must have. */
    private record Part(Descriptor content, boolean isManifest) {
        @Override
        public String toString() {
            return (isManifest ? "manifest " : "blob ") + content.digest();
        }
    }

    /**
     * Looks twice at what seems to be missing: another host may have moved it to the trash just now, and this one does
     * not know yet; and two collections at once, as after a split of the cluster, may move the same file away and back,
     * each just when it is looked for.
     */
    private void requireReferences(RepositoryName name, Manifest manifest, Predicate<Descriptor> isNeeded) {
        List<Part> missing = parts(manifest, isNeeded)
                .filter(part -> !isStored(link(name, part), part.content().size()))
                .toList();
        List<String> unknown = missing.stream()
                .filter(part -> !isStored(rescued(name, part), part.content().size()))
                .map(part -> "not in " + name + ": " + part)
                .toList();
        if (!unknown.isEmpty()) {
            throw RegistryException.of(ErrorCode.MANIFEST_BLOB_UNKNOWN, unknown);
        }
    }

    private static Stream<Part> parts(Manifest manifest, Predicate<Descriptor> isNeeded) {
        return Stream.concat(
                        manifest.blobs().stream().map(blob -> new Part(blob, false)),
                        manifest.manifests().stream()
                                .filter(child -> !child.mayBeManifest() || isNeeded.test(child))
                                .map(child -> new Part(child, true)))
                .filter(part -> !part.content().external());
    }

    private Optional<Digest> link(RepositoryName name, Part part) {
        Digest digest = part.content().digest();
        return part.isManifest() ? links.revision(name, digest) : links.layer(name, digest);
    }

    private Optional<Digest> rescued(RepositoryName name, Part part) {
        links.rescue(name, part.content().digest());
        Optional<Digest> link = link(name, part);
        link.ifPresent(blobs::rescue);
        return link;
    }

    /**
     * Whether a descriptor's content exists. If its size differs from the descriptor's, either may be wrong, so its
     * bytes are checked against the digest.
     */
    private boolean isStored(Optional<Digest> link, OptionalLong size) {
        return link.isPresent()
                && blobs.size(link.get())
                        .filter(stored -> stored == size.orElse(stored) || blobs.verify(link.get()))
                        .isPresent();
    }

    private boolean deleteRevision(RepositoryName name, Digest digest, ManifestEvents.Deletion told) {
        Optional<Digest> stored = links.revision(name, digest);
        Optional<Manifest> manifest =
                stored.flatMap(known -> blobs.read(known, Manifest.MAX_SIZE)).flatMap(Manifest::parseStored);
        if (stored.isEmpty() || manifest.isEmpty() && !links.hasRevision(name, digest)) {
            return false; // there is nothing, or only a layer
        }
        try (DeleteMark mark = links.markDelete(name, stored.get())) {
            return deleteMarked(name, digest, stored.get(), manifest, mark, told);
        } finally {
            changed.accept(name);
        }
    }

    private boolean deleteMarked(
            RepositoryName name,
            Digest named,
            Digest stored,
            Optional<Manifest> manifest,
            DeleteMark mark,
            ManifestEvents.Deletion told) {
        Set<Digest> names = digests(named, manifest);
        names.add(stored);
        Runnable pulse = () -> {
            mark.renew();
            told.renew();
        };
        Consumer<Tag> untagged = tag -> {
            quotas.untagged(name, tag);
            told.untagged(tag);
        };
        boolean deleted = tags.deleteAll(name, names, pulse, untagged, told::untagging);
        for (Digest known : names) {
            pulse.run();
            manifest.ifPresent(read -> deleteReferrer(name, read, known));
            deleted |= links.deleteRevision(name, known);
            deleted |= manifest.isPresent() && deleteLayer(name, known);
        }
        return deleted;
    }

    private void deleteReferrer(RepositoryName name, Manifest manifest, Digest known) {
        manifest.subject()
                .ifPresent(subject -> referrers.delete(name, subject.digest(), known, manifest.artifactType()));
    }

    /**
     * Deletes a manifest's blob link too, as docker-distribution does, because a manifest that was pushed as a blob is
     * also served as a manifest.
     */
    private boolean deleteLayer(RepositoryName name, Digest digest) {
        if (links.layer(name, digest).isEmpty()) {
            return false;
        }
        deleted.accept(new BlobDeleted(name, digest));
        return links.deleteLayer(name, digest);
    }

    /** All digests that a manifest may be linked under; a delete removes each. */
    static Set<Digest> digests(Digest named, Optional<Manifest> manifest) {
        Set<Digest> digests = new LinkedHashSet<>();
        manifest.ifPresent(found -> {
            for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                digests.add(Digest.of(algorithm, found.bytes()));
            }
        });
        digests.add(named);
        return digests;
    }
}
