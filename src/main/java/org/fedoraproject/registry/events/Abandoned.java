package org.fedoraproject.registry.events;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.TagStore;

/** Tells of the deletes that instances have announced that were killed then. */
@Singleton
class Abandoned {
    private final EventFiles files;
    private final Events events;
    private final TagStore tags;
    private final LinkStore links;

    @Inject
    Abandoned(EventFiles files, Events events, TagStore tags, LinkStore links) {
        this.files = files;
        this.events = events;
        this.tags = tags;
        this.links = links;
    }

    /** @throws RegistryException of the storage */
    void tell() {
        files.abandoned().forEach((id, entry) -> {
            List<QueuedEvent> gone = QueuedEvent.read(entry).stream()
                    .filter(event -> !isThere(event))
                    .toList();
            events.tellAbandoned(gone);
            files.withdraw(id);
        });
    }

    /** Whether the delete was not made, or was followed by a push, whose event may have been told already. */
    private boolean isThere(QueuedEvent event) {
        if (event.action() != EventAction.DELETE) {
            return false;
        }
        try {
            RepositoryName name = RepositoryName.parse(event.target("repository"));
            String tag = event.target("tag");
            return tag.isEmpty()
                    ? links.revision(name, Digest.parse(event.target("digest"))).isPresent()
                    : tags.get(name, Tag.parse(tag)).isPresent();
        } catch (RegistryException e) {
            if (e.status() >= 500) {
                throw e;
            }
            return false; // it is about nothing that can be looked up
        }
    }
}
