package org.fedoraproject.registry.events;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Glob;

/**
 * Which events an endpoint gets.
 *
 * @param repositories empty for all
 * @param mediaTypes of the target; empty for all; they keep out nothing that has no media type, such as a delete
 * @param artifactTypes the same
 * @param pullSample the part of the pulls that it gets, from 0 to 1
 */
record Filter(
        List<Glob> repositories,
        Set<EventAction> actions,
        Set<String> mediaTypes,
        Set<String> artifactTypes,
        double pullSample) {

    /** Whether it may want such an event, before anything else is known of it. */
    boolean mayWant(EventAction action, Optional<RepositoryName> repository) {
        return actions.contains(action)
                && (action != EventAction.PULL || pullSample > 0)
                && wantsRepository(repository.map(RepositoryName::value).orElse(""));
    }

    /** @param sample of a pull: a random number from 0 to 1, the same for all endpoints */
    boolean wants(EventAction action, String repository, String mediaType, String artifactType, double sample) {
        return actions.contains(action)
                && (action != EventAction.PULL || sample < pullSample)
                && wantsRepository(repository)
                && (mediaType.isEmpty() || wantsTypes(mediaType, artifactType));
    }

    private boolean wantsTypes(String mediaType, String artifactType) {
        return (mediaTypes.isEmpty() || mediaTypes.contains(mediaType))
                && (artifactTypes.isEmpty() || artifactTypes.contains(artifactType));
    }

    private boolean wantsRepository(String name) {
        if (repositories.isEmpty()) {
            return true;
        }
        for (Glob each : repositories) {
            if (each.matches(name)) {
                return true;
            }
        }
        return false;
    }
}
