package org.fedoraproject.registry.events;

import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.oci.RepositoryName;

/** All endpoints of a file. */
record Endpoints(List<Endpoint> all) {
    static final Endpoints NONE = new Endpoints(List.of());

    Endpoints {
        all = List.copyOf(all);
    }

    List<String> names() {
        return all.stream().map(Endpoint::name).toList();
    }

    /** Whether one of them may want such an event. */
    boolean mayWant(EventAction action, Optional<RepositoryName> repository) {
        for (int i = 0; i < all.size(); i++) { // without an iterator, because each pull asks
            if (all.get(i).filter().mayWant(action, repository)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of them wants the event. */
    boolean want(RegistryEvent event, double sample) {
        String repository = event.repository().map(RepositoryName::value).orElse("");
        return all.stream()
                .anyMatch(each -> each.filter()
                        .wants(event.action(), repository, event.mediaType(), event.artifactType(), sample));
    }
}
