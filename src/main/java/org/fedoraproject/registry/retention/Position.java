package org.fedoraproject.registry.retention;

import java.util.List;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.RetentionStore;

/**
 * How far a run came that did not end, on the share, so that the next one continues it, on any instance. With other
 * rules, the next one begins anew.
 */
final class Position {
    private static final String FILE = "position";

    private final RetentionStore store;
    private final String version;
    private String last = "";
    private String saved = "";

    /** @param version of the rules */
    Position(RetentionStore store, String version) {
        this.store = store;
        this.version = version;
    }

    /** The last repository that was finished; empty if the run begins with the first one. */
    String read() {
        List<String> lines = store.text(FILE).stream().flatMap(String::lines).toList();
        boolean valid = lines.size() == 2 && lines.getFirst().equals(version) && RepositoryName.isName(lines.getLast());
        last = valid ? lines.getLast() : "";
        saved = last;
        return last;
    }

    void finished(RepositoryName name) {
        last = name.value();
    }

    /** Durable on return. */
    void save() {
        if (!last.equals(saved)) {
            store.put(FILE, version + "\n" + last + "\n");
            saved = last;
        }
    }

    /** The run has ended. */
    void clear() {
        store.delete(FILE);
        last = "";
        saved = "";
    }
}
