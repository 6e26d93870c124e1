package org.fedoraproject.registry.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
    /** A manifest may have very many tags. */
    private static final int BATCH = 500;

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
            Optional<Digest> last = Optional.ofNullable(before.get(tag));
            if (moves && !last.equals(Optional.of(digest))) {
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
        Events.Announcement announced = events.announce(RegistryEvent.untagged(name, tag, origin));
        boolean deleted = delete.getAsBoolean();
        if (deleted) {
            announced.done();
        } else {
            announced.withdraw();
        }
        return deleted;
    }

    /**
     * Deletes a manifest, and tells of it and of its tags.
     *
     * @param delete takes what is to be called with each tag that it deletes
     */
    boolean deleting(RepositoryName name, Digest digest, Origin origin, Predicate<Consumer<Tag>> delete) {
        if (!events.mayWant(EventAction.DELETE, name)) {
            return delete.test(tag -> {});
        }
        Events.Announcement announced = events.announce(RegistryEvent.deleted(name, digest, origin));
        List<Tag> untagged = new ArrayList<>();
        boolean deleted = delete.test(untagged::add);
        if (!deleted) {
            announced.withdraw();
            return false;
        }
        announced.done();
        for (int from = 0; from < untagged.size(); from += BATCH) {
            events.tell(untagged.subList(from, Math.min(untagged.size(), from + BATCH)).stream()
                    .map(tag -> RegistryEvent.untagged(name, tag, origin))
                    .toList());
        }
        return true;
    }
}
