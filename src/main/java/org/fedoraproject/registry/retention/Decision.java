package org.fedoraproject.registry.retention;

import java.util.Optional;

/**
 * What the rules say about a tag.
 *
 * @param deletedBy the first rule of the file that deletes it
 * @param keptBy the first rule of the file that keeps it
 * @param immutable whether the policy says that the tag never changes
 */
record Decision(Candidate candidate, Optional<Rule> deletedBy, Optional<Rule> keptBy, boolean immutable) {
    /** What becomes of the tag. */
    enum Outcome {
        DELETE,
        /** A rule would delete it, and another one keeps it. */
        KEEP,
        /** A rule would delete it, and the policy keeps it. */
        IMMUTABLE,
        /** No rule deletes it. */
        STAY
    }

    Outcome outcome() {
        if (deletedBy.isEmpty()) {
            return Outcome.STAY;
        }
        if (keptBy.isPresent()) {
            return Outcome.KEEP;
        }
        return immutable ? Outcome.IMMUTABLE : Outcome.DELETE;
    }
}
