package org.fedoraproject.registry.gc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fedoraproject.registry.gc.Counters.Count;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.Garbage;
import org.fedoraproject.registry.store.Garbage.Item;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.TagStore;

/**
 * Finds out what the manifests of one repository need, and collects its links that none of them needs. All linked
 * manifests count, tagged or not, and so does what a tag names without a link. From each manifest it follows config,
 * layers and children. A link to a blob that is itself a manifest counts too, because docker-distribution 2.1
 * linked manifests so, and they are served. If wanted, links to manifests without a tag are collected too.
 *
 * <p>If a link or manifest cannot be understood, nobody knows what it needs. Whatever that is, the repository has a link
 * to it; so all links of the repository stay, and the blobs that they name.
 */
final class RepositoryMark {
    /** How many names of a directory are on the heap at once. */
    private static final int BATCH = 10_000;

    private final Run run;
    private final Garbage garbage;
    private final TagStore tags;
    private final ReferrerStore referrers;
    private final RepositoryName name;
    private final Optional<Duration> untaggedAfter;
    private final KeptManifests kept = new KeptManifests();
    /** What manifests name, and the repository so must have a link to. */
    private final DigestSet needed = new DigestSet();

    /** What tags name, if manifests without a tag are collected. */
    private final Set<Digest> tagged = new HashSet<>();

    private final DigestSet visited = new DigestSet();
    private final Deque<Reference> pending = new ArrayDeque<>();
    private boolean broken;

    /** @param linked whether it must exist; children need not */
    private record Reference(Digest stored, boolean linked) {}

    private interface EachDigest {
        void use(Digest digest);
    }

    private interface Listing {
        Page.Entries<Digest> page(RepositoryName name, Digest.Algorithm algorithm, Page page);
    }

    RepositoryMark(
            Run run,
            Garbage garbage,
            TagStore tags,
            ReferrerStore referrers,
            RepositoryName name,
            Optional<Duration> untaggedAfter) {
        this.run = run;
        this.garbage = garbage;
        this.tags = tags;
        this.referrers = referrers;
        this.name = name;
        this.untaggedAfter = untaggedAfter;
    }

    void mark() {
        read("manifests", garbage::revisions, this::markRevision);
        read("manifests in the trash", garbage::trashedRevisions, this::markRevision);
        read("the tags", this::markTags);
        read("layers", garbage::layers, this::markManifestLinkedAsLayer);
        read("layers in the trash", garbage::trashedLayers, this::markManifestLinkedAsLayer);
        if (!broken && untaggedAfter.isPresent()) {
            keepTaggedAndUsed(untaggedAfter.get());
        }
        if (broken || untaggedAfter.isEmpty()) {
            run.attempt(
                    "the manifests in the trash of " + name,
                    () -> forEach(garbage::trashedRevisions, digest -> run.restore(Item.manifest(name, digest))));
        } else {
            collectUntagged(untaggedAfter.get());
        }
        if (broken) {
            read("layers", garbage::layers, this::keepLayer);
            read("layers in the trash", garbage::trashedLayers, this::keepLayer);
        } else {
            run.attempt("the layers of " + name, () -> forEach(garbage::layers, this::collectLayer));
        }
        run.attempt("the layers in the trash of " + name, () -> forEach(garbage::trashedLayers, this::purgeLayer));
        run.attempt("the empty directories of " + name, this::tidy);
        run.counters().add(Count.REPOSITORIES, 1);
    }

    private void tidy() {
        run.tidy(() -> garbage.emptyDirectories().removeIn(name));
        if (needed.size() == 0) {
            run.tidy(() -> garbage.emptyDirectories().removeRepository(name, run.before()));
        }
    }

    /** Goes through links, and keeps everything if one of them, or their directory, cannot be read. */
    private void read(String what, Listing listing, EachDigest each) {
        read(
                "the " + what,
                () -> forEach(listing, digest -> read(digest.toString(), () -> run.one(() -> each.use(digest)))));
    }

    private void read(String what, Runnable action) {
        if (!run.tryToRead(what + " in " + name, action)) {
            broken = true;
        }
    }

    private void forEach(Listing listing, EachDigest each) {
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            new Page(BATCH, "").forEach(page -> listing.page(name, algorithm, page), Digest::hex, each::use);
        }
    }

    /** A link that is unreadable may be mended by a push of the manifest; so the digest in its path counts. */
    private void markRevision(Digest digest) {
        run.step();
        Optional<Digest> stored = garbage.revision(name, digest);
        if (stored.isEmpty()) {
            if (!garbage.hasRevision(name, digest)) {
                run.tidy(() -> garbage.emptyDirectories().removeRevision(name, digest)); // deleted
                return;
            }
            report("the link of manifest " + digest + " is unreadable");
        }
        needed.add(digest);
        visit(stored.orElse(digest), stored.isPresent());
    }

    private void markTags() {
        new Page(BATCH, "")
                .forEach(
                        page -> tags.list(name, page, tag -> {}),
                        Tag::value,
                        tag -> read("tag " + tag, () -> run.one(() -> markTag(tag))));
    }

    private void markTag(Tag tag) {
        run.step();
        Optional<Digest> named = tags.get(name, tag);
        if (untaggedAfter.isPresent()) {
            named.ifPresent(tagged::add);
        }
        named.filter(digest -> !visited.contains(digest)).ifPresent(this::markTagged);
    }

    /** A tag is served even if its manifest has no link any more. */
    private void markTagged(Digest digest) {
        run.step();
        needed.add(digest);
        garbage.revision(name, digest)
                .or(() -> garbage.layer(name, digest))
                .or(() -> Optional.of(digest).filter(known -> known.algorithm() == Digest.Algorithm.SHA256))
                .ifPresentOrElse(
                        stored -> visit(stored, true), () -> report("a tag names " + digest + ", which is missing"));
    }

    private void markManifestLinkedAsLayer(Digest digest) {
        if (needed.contains(digest)) {
            return;
        }
        run.step();
        Optional<Digest> stored = garbage.layer(name, digest);
        if (stored.isEmpty() || needed.contains(stored.get())) {
            return;
        }
        run.step();
        boolean maySo = garbage.size(stored.get())
                .filter(size -> size <= Manifest.MAX_SIZE)
                .isPresent();
        if (!maySo) {
            return;
        }
        run.step();
        boolean isManifest = garbage.read(stored.get(), Manifest.MAX_SIZE)
                .filter(bytes -> bytes.length > 0 && bytes[0] == '{')
                .flatMap(Manifest::storedType)
                .isPresent();
        if (isManifest) {
            needed.add(digest);
            visit(stored.get(), false);
        }
    }

    private void visit(Digest stored, boolean linked) {
        pending.push(new Reference(stored, linked));
        while (!pending.isEmpty()) {
            Reference next = pending.pop();
            if (visited.add(next.stored())) {
                read(next);
            }
        }
    }

    private void read(Reference reference) {
        run.live().add(reference.stored());
        needed.add(reference.stored());
        read("manifest " + reference.stored(), () -> run.one(() -> follow(reference)));
    }

    private void follow(Reference reference) {
        run.step();
        Optional<byte[]> bytes = garbage.read(reference.stored(), Manifest.MAX_SIZE);
        Optional<Manifest> manifest = bytes.flatMap(Manifest::parseStored);
        if (manifest.isPresent()) {
            run.counters().add(Count.MANIFESTS, 1);
            follow(reference.stored(), manifest.get());
        } else if (reference.linked()) {
            report("manifest " + reference.stored() + (bytes.isPresent() ? " is no manifest" : " is missing"));
        }
    }

    /** Not to the subject: one that was deleted is not served, and another has a link of its own. */
    private void follow(Digest digest, Manifest manifest) {
        manifest.blobs().forEach(blob -> stored(blob).ifPresent(run.live()::add));
        manifest.manifests()
                .forEach(child -> stored(child).ifPresent(stored -> {
                    pending.push(new Reference(stored, false));
                    noteFollower(stored, digest);
                }));
        manifest.subject().map(Descriptor::digest).ifPresent(subject -> noteFollower(digest, storedManifest(subject)));
    }

    private void noteFollower(Digest manifest, Digest other) {
        if (untaggedAfter.isPresent()) {
            kept.follow(manifest, other);
        }
    }

    private Digest storedManifest(Digest digest) {
        if (untaggedAfter.isEmpty() || digest.algorithm() == Digest.Algorithm.SHA256) {
            return digest;
        }
        return linkedTo(digest);
    }

    private Digest linkedTo(Digest digest) {
        run.step();
        return garbage.revision(name, digest).orElse(digest);
    }

    private void keepTaggedAndUsed(Duration unused) {
        tagged.forEach(this::keep); // a manifest that was tagged since is in use
        read("manifests", garbage::revisions, digest -> {
            run.step();
            if (run.isInUse(Item.manifest(name, digest), unused)) {
                keep(digest);
            }
        });
        read("layers", garbage::layers, this::keepManifestLinkedAsLayer);
        read("layers in the trash", garbage::trashedLayers, this::keepManifestLinkedAsLayer);
    }

    /** It is served as long as its link as a layer is there, which stays. */
    private void keepManifestLinkedAsLayer(Digest digest) {
        Digest stored = digest;
        if (digest.algorithm() != Digest.Algorithm.SHA256) {
            run.step();
            stored = garbage.layer(name, digest).orElse(digest);
        }
        if (visited.contains(stored)) {
            kept.keep(stored);
        }
    }

    private void keep(Digest digest) {
        kept.keep(digest);
        kept.keep(linkedTo(digest));
    }

    private boolean stays(Digest digest) {
        return kept.contains(digest) || kept.contains(linkedTo(digest));
    }

    /** What they need stays as long as they are in the trash, so that whoever asks for one gets all of it back. */
    private void collectUntagged(Duration unused) {
        run.attempt(
                "the manifests of " + name,
                () -> forEach(garbage::revisions, digest -> {
                    if (!stays(digest)) {
                        run.trashUntagged(Item.manifest(name, digest), unused);
                    }
                }));
        run.attempt(
                "the manifests in the trash of " + name,
                () -> forEach(garbage::trashedRevisions, digest -> {
                    Item item = Item.manifest(name, digest);
                    Digest stored = linkedTo(digest);
                    if (stays(digest)) {
                        run.restore(item);
                    } else if (!hasLeader(stored) && run.purgeUntagged(item, unused)) {
                        forgetReferrer(digest, stored);
                    }
                }));
    }

    /** An index, or subject, that comes back from the trash needs what follows it; so it goes first. */
    private boolean hasLeader(Digest manifest) {
        return kept.leaders(manifest).stream().anyMatch(leader -> {
            run.step();
            return garbage.hasRevision(name, leader);
        });
    }

    private void forgetReferrer(Digest digest, Digest stored) {
        run.attempt(
                "the referrer " + digest + " in " + name,
                () -> garbage.read(stored, Manifest.MAX_SIZE)
                        .flatMap(Manifest::parseStored)
                        .ifPresent(manifest -> manifest.subject()
                                .map(Descriptor::digest)
                                .ifPresent(subject -> forgetReferrer(digest, subject, manifest.artifactType()))));
    }

    private void forgetReferrer(Digest digest, Digest subject, Optional<String> artifactType) {
        referrers.delete(name, subject, digest, artifactType);
        if (garbage.hasRevision(name, digest)) { // it was pushed again meanwhile
            referrers.put(name, subject, digest);
            referrers.putType(name, subject, digest, artifactType);
        }
    }

    /** What a descriptor's content is stored under, whose links are needed; empty if the repository does not have it. */
    private Optional<Digest> stored(Descriptor descriptor) {
        Digest digest = descriptor.digest();
        needed.add(digest);
        if (digest.algorithm() == Digest.Algorithm.SHA256) {
            return Optional.of(digest);
        }
        run.step();
        Optional<Digest> stored = garbage.layer(name, digest).or(() -> garbage.revision(name, digest));
        stored.ifPresent(needed::add);
        return stored;
    }

    private void keepLayer(Digest digest) {
        run.step();
        run.live().add(digest);
        garbage.layer(name, digest).ifPresent(run.live()::add);
    }

    private void collectLayer(Digest digest) {
        if (!needed.contains(digest)) {
            run.trash(Item.link(name, digest));
        }
    }

    private void purgeLayer(Digest digest) {
        Item item = Item.link(name, digest);
        if (broken || needed.contains(digest)) {
            run.restore(item);
        } else {
            run.purge(item);
        }
    }

    private void report(String what) {
        broken = true;
        run.counters().add(Count.BROKEN, 1);
        run.note("broken: in " + name + ", " + what + "; all that the repository has is kept");
    }
}
