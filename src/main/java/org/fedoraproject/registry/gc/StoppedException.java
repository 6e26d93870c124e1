package org.fedoraproject.registry.gc;

/** A collection must end now; the next one continues it. */
final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoppedException(String why) {
        super(why);
    }
}
