package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.fedoraproject.registry.config.LiveFile;

/** The users with passwords, reloaded with their file. */
@Singleton
public class Users {
    private final Optional<LiveFile<HtpasswdFile>> file;

    @Inject
    public Users(AuthConfig config) {
        this.file = config.passwords().map(name -> new LiveFile<>("registry.auth.passwords", name, HtpasswdFile::read));
    }

    /** Empty if nobody has a password. */
    Optional<HtpasswdFile> current() {
        return file.map(LiveFile::get);
    }

    boolean has(String name) {
        return current()
                .filter(passwords -> passwords.version(name).isPresent())
                .isPresent();
    }

    /** Whether the file's content is in force. */
    public boolean isCurrent() {
        return file.isEmpty() || file.get().isCurrent();
    }

    void reload() {
        file.ifPresent(LiveFile::reloadIfChanged);
    }
}
