package org.fedoraproject.registry.index;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.RepositoryChanged;
import org.fedoraproject.registry.store.ChangeNotes;

/**
 * Brings changes of this instance and of the others into the index within a second. What is lost here, the next walk
 * finds.
 */
@Singleton
public class Changes {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int LIMIT = 10_000;

    private final IndexConfig config;
    private final Repositories index;
    private final ChangeNotes notes;
    private final Set<RepositoryName> pending = new LinkedHashSet<>();
    private final Map<String, Long> seen = new HashMap<>();

    @Inject
    public Changes(IndexConfig config, Repositories index, ChangeNotes notes) {
        this.config = config;
        this.index = index;
        this.notes = notes;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (config.enabled()) {
            duties.startInOwnThread("index-changes", TICK, TICK, this::run);
            duties.start("index-notes", Duration.ofMinutes(1), Duration.ofHours(1), notes::deleteOld);
        }
    }

    void changed(@Observes RepositoryChanged event) {
        if (config.enabled()) {
            synchronized (pending) {
                if (pending.size() < LIMIT) {
                    pending.add(event.name());
                }
            }
        }
    }

    /** Takes up what has changed since the last call. For one thread. */
    void run() {
        List<RepositoryName> own = take();
        if (!own.isEmpty()) {
            try {
                notes.add(own);
            } finally {
                own.forEach(this::refresh);
            }
        }
        List<String> others = notes.others();
        seen.keySet().retainAll(others);
        others.forEach(this::takeUp);
    }

    private List<RepositoryName> take() {
        synchronized (pending) {
            List<RepositoryName> taken = List.copyOf(pending);
            pending.clear();
            return taken;
        }
    }

    private void takeUp(String other) {
        long last = seen.getOrDefault(other, 0L);
        Set<RepositoryName> names = new LinkedHashSet<>();
        for (ChangeNotes.Note note : notes.read(other)) {
            if (note.number() > last) {
                names.add(note.name());
                seen.put(other, note.number());
            }
        }
        names.forEach(this::refresh);
    }

    private void refresh(RepositoryName name) {
        index.refresh(name, () -> {});
    }
}
