package org.fedoraproject.registry.retention;

import java.time.Duration;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.Glob;

/**
 * A statement of the rule file.
 *
 * @param line its number in the file
 * @param text the statement as it was written
 */
record Rule(int line, String text, Glob repositories, Glob tags, Effect effect) {
    /** What a rule does with the tags that it is about. */
    sealed interface Effect {
        /** Keeps the newest tags of each repository. */
        record KeepNewest(int count) implements Effect {}

        /** Keeps tags whose content was created within this time. */
        record KeepYounger(Duration age) implements Effect {}

        record KeepAlways() implements Effect {}

        /** Deletes tags whose content was created before that. */
        record DeleteOlder(Duration age) implements Effect {}
    }

    boolean isAbout(RepositoryName repository) {
        return repositories.matches(repository.value());
    }

    boolean isAbout(Tag tag) {
        return tags.matches(tag.value());
    }

    boolean deletes() {
        return effect instanceof Effect.DeleteOlder;
    }

    @Override
    public String toString() {
        return "line " + line + ": " + text;
    }
}
