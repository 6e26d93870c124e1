package org.fedoraproject.registry.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.fedoraproject.registry.events.EventAction;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.events.RegistryEvent;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.TagStore;

/** Tells of pushes and deletes of manifests, if anybody wants to know. */
final class ManifestEvents {
    private final Events events;
    private final TagStore tags;

    ManifestEvents(Events events, TagStore tags) {
        this.events = events;
        this.tags = tags;
    }

    /** What the tags of a push name until then. */
    Map<Tag, Digest> before(RepositoryName name, Set<Tag> names) {
        if (names.isEmpty() || !events.mayWant(EventAction.TAG, name)) {
            return Map.of();
        }
        Map<Tag, Digest> before = new HashMap<>();
        names.forEach(tag -> tags.get(name, tag).ifPresent(digest -> before.put(tag, digest)));
        return before;
    }

    /** To be called when all is written, and before the client gets the answer. */
    void pushed(
            RepositoryName name,
            Digest digest,
            Manifest manifest,
            Set<Tag> names,
            Map<Tag, Digest> before,
            Origin origin) {
        boolean pushes = events.mayWant(EventAction.PUSH, name);
        boolean moves = events.mayWant(EventAction.TAG, name);
        if (!pushes && !moves) {
            return;
        }
        List<RegistryEvent> all = new ArrayList<>();
        if (names.isEmpty()) {
            all.add(RegistryEvent.manifestPushed(name, digest, manifest, Optional.empty(), origin));
        }
        for (Tag tag : names) {
            all.add(RegistryEvent.manifestPushed(name, digest, manifest, Optional.of(tag), origin));
            if (moves) { // also if the tag named it before: the push that moved it may have failed before this
                Optional<Digest> last = Optional.ofNullable(before.get(tag));
                all.add(RegistryEvent.tagged(name, tag, digest, manifest, last, origin));
            }
        }
        events.tell(all);
    }

    /** Deletes a tag, and tells of it. */
    boolean untagging(RepositoryName name, Tag tag, Origin origin, BooleanSupplier delete) {
        if (!events.mayWant(EventAction.DELETE, name)) {
            return delete.getAsBoolean();
        }
        return announced(events.announce(RegistryEvent.untagged(name, tag, origin)), delete);
    }

    /**
     * Deletes a manifest, and tells of its tags and of it. The tags are told of in batches, because there may be very
     * many.
     */
    boolean deleting(RepositoryName name, Digest digest, Origin origin, Predicate<Deletion> delete) {
        if (!events.mayWant(EventAction.DELETE, name)) {
            return delete.test(new Deletion(name, origin, Optional.empty()));
        }
        Events.Announcement manifest = events.announce(RegistryEvent.deleted(name, digest, origin));
        Deletion deletion = new Deletion(name, origin, Optional.of(manifest));
        return announced(manifest, () -> delete.test(deletion));
    }

    /** After a failure, the announcement stays: some of it may have been done. */
    private static boolean announced(Events.Announcement announcement, BooleanSupplier delete) {
        boolean deleted = delete.getAsBoolean();
        if (deleted) {
            announcement.done();
        } else {
            announcement.withdraw();
        }
        return deleted;
    }

    /** The delete of a manifest, which says what it does. */
    final class Deletion {
        private final RepositoryName name;
        private final Origin origin;
        /** Of the manifest; empty if nobody wants to know. */
        private final Optional<Events.Announcement> announced;

        private final Set<RegistryEvent> done = new HashSet<>();

        private Deletion(RepositoryName name, Origin origin, Optional<Events.Announcement> announced) {
            this.name = name;
            this.origin = origin;
            this.announced = announced;
        }

        /** To be called every now and then. */
        void renew() {
            announced.ifPresent(Events.Announcement::renew);
        }

        /** Runs the delete of some tags, and tells of those that are {@link #untagged} by it. */
        void untagging(List<Tag> tags, Runnable delete) {
            if (announced.isEmpty()) {
                delete.run();
                return;
            }
            Events.Announcement batch = events.announce(tags.stream()
                    .map(tag -> RegistryEvent.untagged(name, tag, origin))
                    .toList());
            delete.run();
            batch.done(done::contains);
            done.clear();
        }

        void untagged(Tag tag) {
            if (announced.isPresent()) {
                done.add(RegistryEvent.untagged(name, tag, origin));
            }
        }
    }
}
