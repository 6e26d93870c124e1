package org.fedoraproject.registry.store;

/** What decides when an instance goes on. */
public interface Steps {
    /** It goes on when it likes. */
    Steps NONE = new Steps() {
        @Override
        public void next() {}

        @Override
        public boolean await() {
            return false;
        }
    };

    /** Called before each use of a connection; returns when the caller may go on. */
    void next();

    /** Called where the caller waits for what another one does; false where it has to wait itself. */
    boolean await();
}
