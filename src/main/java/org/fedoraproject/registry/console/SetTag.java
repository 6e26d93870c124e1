package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.repository.HeapBudget;
import org.fedoraproject.registry.repository.Manifests;

/** Gives a manifest one more tag, as a push does. */
@Singleton
class SetTag implements CommandHandler {
    private final Manifests manifests;
    private final TagPage page;
    private final HeapBudget heapBudget;
    private final Writes writes;

    @Inject
    SetTag(Manifests manifests, TagPage page, HeapBudget heapBudget, Writes writes) {
        this.manifests = manifests;
        this.page = page;
        this.heapBudget = heapBudget;
        this.writes = writes;
    }

    @Override
    public Command command() {
        return Command.TAG;
    }

    @Override
    public Answer run(Visit visit) {
        RepositoryName name = visit.repository(Action.PUSH);
        visit.repository(Action.PULL);
        writes.require();
        Tag tag = Tag.parse(visit.fields().first("tag"));
        if (!page.before(name, tag).equals(visit.fields().first("seen"))) {
            return page.again(visit);
        }
        Access access = visit.access();
        try (HeapBudget.Reservation held = heapBudget.reserveForPush(Manifest.MAX_SIZE)) {
            manifests.tag(
                    name,
                    Reference.parse(visit.fields().first("reference")),
                    tag,
                    each -> access.isImmutable(name, each),
                    access.neededChildren(name),
                    visit.origin());
        }
        return new Answer.Redirect(Places.with(Place.REPOSITORY.path(), "name", name.value(), "done", "tagged"));
    }
}
