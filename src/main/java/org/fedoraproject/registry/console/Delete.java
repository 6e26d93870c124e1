package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.repository.Manifests;

/** Deletes a tag or a manifest, if nothing has changed since the person saw what goes with it. */
@Singleton
class Delete implements CommandHandler {
    private final Manifests manifests;
    private final DeletePage page;
    private final Writes writes;

    @Inject
    Delete(Manifests manifests, DeletePage page, Writes writes) {
        this.manifests = manifests;
        this.page = page;
        this.writes = writes;
    }

    @Override
    public Command command() {
        return Command.DELETE;
    }

    @Override
    public Answer run(Visit visit) {
        RepositoryName name = visit.repository(Action.DELETE);
        writes.require();
        Reference reference = Reference.parse(visit.fields().first("reference"));
        String seen = visit.fields().first("seen");
        if (!seen.equals(page.seen(name, reference))) {
            return page.again(visit);
        }
        switch (reference) {
            case Tag tag -> {
                if (!manifests.delete(name, tag, Digest.parse(seen), visit.origin())) {
                    return page.again(visit);
                }
            }
            case Digest digest -> manifests.delete(name, digest, visit.origin());
        }
        return new Answer.Redirect(Places.with(Place.REPOSITORY.path(), "name", name.value(), "done", "deleted"));
    }
}
