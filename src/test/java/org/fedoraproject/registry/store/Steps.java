package org.fedoraproject.registry.store;

/** Decides when an instance goes on. */
public interface Steps {
    /** The instance never waits. */
    Steps NONE = new Steps() {
        @Override
        public void next() {}

        @Override
        public boolean await() {
            return false;
        }
    };

    /** Called before each use of a connection; returns when the instance may go on. */
    void next();

    /** Called when the instance waits for another one; returns false if it must wait by itself. */
    boolean await();
}
