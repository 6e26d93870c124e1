package org.fedoraproject.registry.retention;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.fedoraproject.registry.config.LiveFile;
import org.fedoraproject.registry.duty.Duties;

/** The rules in force, reloaded with their file. */
@Singleton
public class CurrentRules {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Optional<LiveFile<Rules>> file;

    /** @throws IllegalArgumentException naming the key, the line and its error */
    @Inject
    public CurrentRules(RetentionConfig config) {
        this.file = config.rules().map(name -> new LiveFile<>(RetentionConfig.RULES, name, RuleReader::read));
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (file.isPresent()) {
            duties.start("retention-rules", PAUSE, PAUSE, this::reload);
        }
    }

    /** Empty if there is no rule file. */
    Optional<Rules> current() {
        return file.map(LiveFile::get);
    }

    /** What is wrong with the file's present content; then the rules from before are in force. */
    Optional<String> fault() {
        return file.flatMap(LiveFile::fault);
    }

    void reload() {
        file.ifPresent(LiveFile::reloadIfChanged);
    }
}
