package org.fedoraproject.registry.quota;

import java.util.Optional;
import org.fedoraproject.registry.config.LiveFile;

/** The rules in force, reloaded with their file. */
final class CurrentRules {
    private final Optional<LiveFile<Rules>> file;

    /** @throws IllegalArgumentException naming the key, the line and its error */
    CurrentRules(QuotaConfig config) {
        this.file = config.rules().map(name -> new LiveFile<>(QuotaConfig.RULES, name, RuleReader::read));
    }

    /** Whether there is a rule file. */
    boolean exist() {
        return file.isPresent();
    }

    /** None if there is no rule file. */
    Rules current() {
        return file.map(LiveFile::get).orElse(Rules.NONE);
    }

    /** Whether {@link #current} is the present content of the file. */
    boolean isCurrent() {
        return file.map(LiveFile::isCurrent).orElse(true);
    }

    void reload() {
        file.ifPresent(LiveFile::reloadIfChanged);
    }
}
