package org.fedoraproject.registry.policy;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.fedoraproject.registry.config.LiveFile;
import org.jboss.logging.Logger;

/** The policy in force, reloaded with its file. */
@Singleton
public class CurrentPolicy {
    private static final Logger LOG = Logger.getLogger(CurrentPolicy.class);

    private final Optional<LiveFile<Policy>> file;

    @Inject
    public CurrentPolicy(PolicyConfig config) {
        this.file = config.file().map(name -> new LiveFile<>("registry.auth.policy", name, PolicyReader::read));
        if (file.isEmpty()) {
            LOG.info("There is no registry.auth.policy: everybody may do everything");
        }
    }

    /** Empty if everybody may do everything. */
    public Optional<Policy> current() {
        return file.map(LiveFile::get);
    }

    /** Whether the file's content is in force. */
    public boolean isCurrent() {
        return file.isEmpty() || file.get().isCurrent();
    }

    public void reload() {
        file.ifPresent(LiveFile::reloadIfChanged);
    }
}
