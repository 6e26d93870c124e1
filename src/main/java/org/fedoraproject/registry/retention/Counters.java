package org.fedoraproject.registry.retention;

/** The figures of a run while it runs. For one thread. */
final class Counters {
    long repositories;
    long tags;
    long deleted;
    long kept;
    long immutable;
    long unknown;
    long moved;
    long failed;

    RetentionFigures figures() {
        return new RetentionFigures(repositories, tags, deleted, kept, immutable, unknown, moved, failed);
    }
}
